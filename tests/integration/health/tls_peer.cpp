#include "tests/integration/health/tls_peer.hpp"

#include <openssl/pem.h>
#include <openssl/ssl.h>

#include <array>
#include <csignal>
#include <memory>

namespace duplexd::test {
namespace {

using Context = std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)>;
using Tls = std::unique_ptr<SSL, decltype(&SSL_free)>;
using Memory = std::unique_ptr<BIO, decltype(&BIO_free)>;

Memory memory(const std::string& text) {
  return {BIO_new_mem_buf(text.data(), static_cast<int>(text.size())), BIO_free};
}

Context context_with(const Certificate& pem) {
  Context context(SSL_CTX_new(TLS_server_method()), SSL_CTX_free);
  const std::unique_ptr<X509, decltype(&X509_free)> certificate(
      PEM_read_bio_X509(memory(pem.certificate).get(), nullptr, nullptr, nullptr), X509_free);
  const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(
      PEM_read_bio_PrivateKey(memory(pem.key).get(), nullptr, nullptr, nullptr), EVP_PKEY_free);
  SSL_CTX_use_certificate(context.get(), certificate.get());
  SSL_CTX_use_PrivateKey(context.get(), key.get());
  return context;
}

/// OpenSSL writes to sockets that the other side has closed.
void block_sigpipe() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGPIPE);
  ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
}

}  // namespace

TlsVisit serve_tls(int socket, const Certificate& certificate, std::string_view answer) {
  TlsVisit visit;
  block_sigpipe();
  const auto context = context_with(certificate);
  const Tls tls(SSL_new(context.get()), SSL_free);
  SSL_set_fd(tls.get(), socket);
  visit.completed = SSL_accept(tls.get()) == 1;
  if (const char* name = SSL_get_servername(tls.get(), TLSEXT_NAMETYPE_host_name)) visit.server_name = name;
  if (!visit.completed || answer.empty()) return visit;
  std::array<char, 1'000> bytes{};
  const int read = SSL_read(tls.get(), bytes.data(), bytes.size());
  visit.request.assign(bytes.data(), static_cast<std::size_t>(read > 0 ? read : 0));
  SSL_write(tls.get(), answer.data(), static_cast<int>(answer.size()));
  return visit;
}

}  // namespace duplexd::test
