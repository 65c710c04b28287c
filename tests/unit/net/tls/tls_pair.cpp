#include "tests/unit/net/tls/tls_pair.hpp"

#include "tests/support/tls/certificate.hpp"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>

#include <vector>

namespace duplexd::net_test {
namespace {

using Progress = TlsStream::Progress;

const test::Certificate& shared_certificate() {
  static const auto certificate = test::certificate_for("db.example", std::chrono::hours(1));
  return certificate;
}

void show(SSL_CTX& context, const test::Certificate& pem) {
  BIO* const certificate_text = BIO_new_mem_buf(pem.certificate.data(), -1);
  BIO* const key_text = BIO_new_mem_buf(pem.key.data(), -1);
  X509* const certificate = PEM_read_bio_X509(certificate_text, nullptr, nullptr, nullptr);
  EVP_PKEY* const key = PEM_read_bio_PrivateKey(key_text, nullptr, nullptr, nullptr);
  SSL_CTX_use_certificate(&context, certificate);
  SSL_CTX_use_PrivateKey(&context, key);
  X509_free(certificate);
  EVP_PKEY_free(key);
  BIO_free(certificate_text);
  BIO_free(key_text);
}

void make_non_blocking(int socket) { ::fcntl(socket, F_SETFL, ::fcntl(socket, F_GETFL) | O_NONBLOCK); }

void send_at_once(int socket) {
  const int on = 1;
  ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

}  // namespace

TlsContext accepting_context(int most) {
  TlsContext context(SSL_CTX_new(TLS_server_method()), SSL_CTX_free);
  SSL_CTX_set_max_proto_version(context.get(), most);
  show(*context, shared_certificate());
  return context;
}

TlsContext connecting_context() { return {SSL_CTX_new(TLS_client_method()), SSL_CTX_free}; }

TlsPair::TlsPair(int version, std::string_view bind)
    : accepting(accepting_context(version)), connecting(connecting_context()), sockets(connected_pair(bind)) {
  make_non_blocking(sockets.ours.get());
  for (const int socket : {sockets.ours.get(), sockets.peer.get()}) send_at_once(socket);
  client = TlsStream::connecting(*connecting, sockets.ours.get());
  peer = TlsStream::accepting(*accepting, sockets.peer.get());
}

bool TlsPair::shake_hands() {
  Progress of_client{}, of_peer{};
  do {
    of_client = client->handshake();
    of_peer = peer->handshake();
    if (of_client == Progress::failed || of_peer == Progress::failed) return false;
  } while (of_client != Progress::done || of_peer != Progress::done);
  return true;
}

Received receive_all(TlsStream& stream, int socket, std::size_t enough) {
  Received received;
  std::vector<std::byte> place(64 * 1024);
  while (received.text.size() < enough) {
    const auto result = stream.receive(place);
    if (result.would_block() && wait_for(socket, POLLIN)) continue;
    if (result.error != 0) return received.error = result.error, received;
    if (result.end_of_stream()) return received.ended = true, received;
    received.text.append(reinterpret_cast<const char*>(place.data()), result.bytes);
  }
  return received;
}

int send_all(TlsStream& stream, int socket, std::string_view text) {
  while (!text.empty()) {
    const auto result = stream.send(bytes(text));
    if (result.would_block() && wait_for(socket, POLLOUT)) continue;
    if (result.error != 0) return result.error;
    text.remove_prefix(result.bytes);
  }
  return 0;
}

}  // namespace duplexd::net_test
