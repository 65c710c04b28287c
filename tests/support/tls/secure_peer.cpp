#include "tests/support/tls/secure_peer.hpp"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <sys/socket.h>

#include <array>
#include <csignal>
#include <fstream>
#include <iterator>
#include <openssl/x509.h>
#include <stdexcept>
#include <utility>

namespace duplexd::test {
namespace {

template <class T, void (*Free)(T*)>
struct Freed {
  void operator()(T* object) const { Free(object); }
};
using Bio = std::unique_ptr<BIO, Freed<BIO, BIO_free_all>>;
using Context = std::unique_ptr<SSL_CTX, Freed<SSL_CTX, SSL_CTX_free>>;

[[noreturn]] void fail_with(const std::string& what) {
  const char* const reason = ::ERR_reason_error_string(::ERR_peek_last_error());
  throw std::runtime_error(what + ": " + (reason ? reason : "the connection ended, or time ran out"));
}

void show(SSL_CTX& context, const Certificate& shown) {
  const Bio certificate(::BIO_new_mem_buf(shown.certificate.data(), -1));
  const Bio key(::BIO_new_mem_buf(shown.key.data(), -1));
  X509* const read = ::PEM_read_bio_X509(certificate.get(), nullptr, nullptr, nullptr);
  EVP_PKEY* const read_key = ::PEM_read_bio_PrivateKey(key.get(), nullptr, nullptr, nullptr);
  const bool used =
      ::SSL_CTX_use_certificate(&context, read) == 1 && ::SSL_CTX_use_PrivateKey(&context, read_key) == 1;
  ::X509_free(read);
  ::EVP_PKEY_free(read_key);
  if (!used) fail_with("the certificate cannot be used");
}

// The one protocol, if it is offered.
int choose(SSL*, const unsigned char** out, unsigned char* size, const unsigned char* in, unsigned in_size,
           void* protocol) {
  const auto& own = *static_cast<const std::string*>(protocol);
  const auto* const list = reinterpret_cast<const unsigned char*>(own.data());
  unsigned char* chosen = nullptr;
  const int found =
      ::SSL_select_next_proto(&chosen, size, list, static_cast<unsigned>(own.size()), in, in_size);
  *out = chosen;
  return found == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_NOACK;
}

void set_deadline(int socket) {
  const timeval time{.tv_sec = patience.count(), .tv_usec = 0};
  (void)::setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &time, sizeof time);
  (void)::setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &time, sizeof time);
}

}  // namespace

SecurePeer SecurePeer::client(Peer peer, const SecureOptions& options) {
  return SecurePeer(std::move(peer), options, true);
}

SecurePeer SecurePeer::endpoint(Peer peer, const SecureOptions& options) {
  return SecurePeer(std::move(peer), options, false);
}

SecurePeer::SecurePeer(Peer peer, const SecureOptions& options, bool connects)
    : peer_(std::move(peer)), ssl_(nullptr, ::SSL_free) {
  (void)std::signal(SIGPIPE, SIG_IGN);
  set_deadline(peer_.fd());
  ::ERR_clear_error();
  const Context context(::SSL_CTX_new(connects ? ::TLS_client_method() : ::TLS_server_method()));
  if (options.certificate) show(*context, *options.certificate);
  std::string protocols = static_cast<char>(options.protocol.size()) + options.protocol;
  if (!options.protocol.empty() && !connects) ::SSL_CTX_set_alpn_select_cb(context.get(), choose, &protocols);
  ssl_.reset(::SSL_new(context.get()));
  if (options.version != 0) {
    ::SSL_set_min_proto_version(ssl_.get(), options.version);
    ::SSL_set_max_proto_version(ssl_.get(), options.version);
  }
  if (!options.protocol.empty() && connects)
    ::SSL_set_alpn_protos(ssl_.get(), reinterpret_cast<const unsigned char*>(protocols.data()),
                          static_cast<unsigned>(protocols.size()));
  std::string name = options.server_name;
  if (!name.empty())  // SSL_set_tlsext_host_name(3), without its cast
    ::SSL_ctrl(ssl_.get(), SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, name.data());
  ::SSL_set_fd(ssl_.get(), peer_.fd());
  if ((connects ? ::SSL_connect(ssl_.get()) : ::SSL_accept(ssl_.get())) != 1) fail_with("no handshake");
}

void SecurePeer::send(std::string_view bytes) {
  if (::SSL_write(ssl_.get(), bytes.data(), static_cast<int>(bytes.size())) != static_cast<int>(bytes.size()))
    fail_with("nothing was sent");
}

// 0: a close_notify.
int SecurePeer::receive_some(void* into, std::size_t most) {
  ::ERR_clear_error();
  const int got = ::SSL_read(ssl_.get(), into, static_cast<int>(most));
  if (got > 0) return got;
  if (::SSL_get_error(ssl_.get(), got) != SSL_ERROR_ZERO_RETURN) fail_with("nothing was received");
  return 0;
}

std::string SecurePeer::receive(std::size_t size) {
  std::string bytes(size, '\0');
  for (std::size_t done = 0; done < size;) {
    const int got = receive_some(bytes.data() + done, size - done);
    if (got == 0) throw std::runtime_error("the stream ended early");
    done += static_cast<std::size_t>(got);
  }
  return bytes;
}

std::string SecurePeer::receive_all() {
  std::string all;
  std::array<char, 16384> part;
  while (const int got = receive_some(part.data(), part.size()))
    all.append(part.data(), static_cast<std::size_t>(got));
  return all;
}

bool SecurePeer::at_end() {
  char byte;
  return receive_some(&byte, 1) == 0;
}

void SecurePeer::end() {
  (void)::SSL_shutdown(ssl_.get());
  peer_.end();
}

std::string SecurePeer::protocol() const {
  const unsigned char* text = nullptr;
  unsigned size = 0;
  ::SSL_get0_alpn_selected(ssl_.get(), &text, &size);
  return {reinterpret_cast<const char*>(text), size};
}

std::string SecurePeer::certificate() const {
  X509* const shown = ::SSL_get0_peer_certificate(ssl_.get());
  std::array<char, 256> name{};
  if (shown)
    ::X509_NAME_get_text_by_NID(::X509_get_subject_name(shown), NID_commonName, name.data(), name.size());
  return name.data();
}

std::string client_hello() {
  std::ifstream file(DUPLEXD_SOURCE_DIR "/tests/fuzz/corpus/hello/openssl_tls13", std::ios::binary);
  return {std::istreambuf_iterator(file), {}};
}

}  // namespace duplexd::test
