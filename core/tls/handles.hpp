#pragma once

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>

#include <memory>
#include <openssl/x509.h>

namespace duplexd {

template <auto free>
struct OpensslFree {
  void operator()(auto* object) const noexcept { free(object); }
};

// Owners of OpenSSL's objects.
using SslContext = std::unique_ptr<SSL_CTX, OpensslFree<SSL_CTX_free>>;
using SslSession = std::unique_ptr<SSL_SESSION, OpensslFree<SSL_SESSION_free>>;
using X509Certificate = std::unique_ptr<X509, OpensslFree<X509_free>>;
using X509Store = std::unique_ptr<X509_STORE, OpensslFree<X509_STORE_free>>;
using PrivateKey = std::unique_ptr<EVP_PKEY, OpensslFree<EVP_PKEY_free>>;
using MemoryBio = std::unique_ptr<BIO, OpensslFree<BIO_free>>;

}  // namespace duplexd
