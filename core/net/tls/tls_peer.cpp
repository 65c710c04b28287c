#include "core/net/tls/tls_peer.hpp"

#include <openssl/evp.h>
#include <openssl/ssl.h>

#include <memory>
#include <openssl/x509.h>

namespace duplexd {
namespace {

/// Null: there is none, or it was not verified. It belongs to the stream.
X509* verified(const TlsStream& stream) {
  SSL* const ssl = &stream.native();
  const bool asked = (SSL_get_verify_mode(ssl) & SSL_VERIFY_PEER) != 0;
  return asked && SSL_get_verify_result(ssl) == X509_V_OK ? SSL_get0_peer_certificate(ssl) : nullptr;
}

std::string text_in(BIO* memory) {
  char* bytes = nullptr;
  const long size = BIO_get_mem_data(memory, &bytes);
  return {bytes, static_cast<std::size_t>(size)};
}

}  // namespace

std::string subject_of(const X509& certificate) {
  const std::unique_ptr<BIO, decltype(&BIO_free)> text(BIO_new(BIO_s_mem()), BIO_free);
  if (!text) return "";
  X509_NAME_print_ex(text.get(), X509_get_subject_name(&certificate), 0, XN_FLAG_RFC2253);
  return text_in(text.get());
}

std::string verified_subject(const TlsStream& stream) {
  const X509* const certificate = verified(stream);
  return certificate ? subject_of(*certificate) : "";
}

std::string verified_common_name(const TlsStream& stream) {
  X509* const certificate = verified(stream);
  if (!certificate) return "";
  const X509_NAME* const subject = X509_get_subject_name(certificate);
  const int at = X509_NAME_get_index_by_NID(subject, NID_commonName, -1);
  if (at < 0) return "";
  unsigned char* text = nullptr;
  const int size = ASN1_STRING_to_UTF8(&text, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, at)));
  std::string name(reinterpret_cast<const char*>(text), size > 0 ? static_cast<std::size_t>(size) : 0);
  OPENSSL_free(text);
  return name;
}

std::string own_key_algorithm(const TlsStream& stream) {
  EVP_PKEY* const key = SSL_get_privatekey(&stream.native());
  if (!key) return "";
  const int kind = EVP_PKEY_get_base_id(key);
  const std::string name = kind == EVP_PKEY_RSA ? "RSA" : kind == EVP_PKEY_EC ? "EC" : OBJ_nid2sn(kind);
  return name + std::to_string(EVP_PKEY_get_bits(key));
}

std::string own_signature_algorithm(const TlsStream& stream) {
  const X509* const certificate = SSL_get_certificate(&stream.native());
  const char* const name = certificate ? OBJ_nid2sn(X509_get_signature_nid(certificate)) : nullptr;
  return name ? name : "";
}

}  // namespace duplexd
