#include "tests/bench/tls/tls.hpp"

#include <openssl/err.h>

#include <cerrno>
#include <csignal>
#include <stdexcept>
#include <string>

namespace duplexd::bench {
namespace {

template <class Result>
Result made(Result result, const char* call) {
  if (!result) throw std::runtime_error(std::string(call) + " failed");
  return result;
}

[[noreturn]] void fail() {
  const char* const reason = ERR_reason_error_string(ERR_peek_last_error());
  throw std::runtime_error(std::string("TLS: ") + (reason ? reason : "the connection is broken"));
}

/// What the last call returns that moved no bytes: 0 at the end of the stream, -1 if there is nothing yet.
ssize_t nothing(SSL& ssl, int result) {
  const int error = SSL_get_error(&ssl, result);
  if (error == SSL_ERROR_ZERO_RETURN) return 0;
  if (error == SSL_ERROR_SYSCALL && errno != 0) return -1;
  if (error != SSL_ERROR_WANT_READ && error != SSL_ERROR_WANT_WRITE) fail();
  errno = EAGAIN;
  return -1;
}

/// Repeats a call until all bytes are moved, or one moves none.
template <class Bytes>
ssize_t repeat(SSL& ssl, Bytes bytes, auto call) {
  std::size_t moved = 0;
  while (moved < bytes.size()) {
    std::size_t more = 0;
    ERR_clear_error();
    errno = 0;
    const auto rest = bytes.subspan(moved);
    const int result = call(&ssl, rest.data(), rest.size(), &more);
    if (result != 1 && moved == 0) return nothing(ssl, result);
    if (result != 1) break;
    moved += more;
  }
  return static_cast<ssize_t>(moved);
}

TlsContext new_context(const SSL_METHOD* method) {
  // OpenSSL writes to sockets whose peer may have left.
  std::signal(SIGPIPE, SIG_IGN);
  TlsContext made_context(made(SSL_CTX_new(method), "SSL_CTX_new"), SSL_CTX_free);
  SSL_CTX* const context = made_context.get();
  made(SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION), "SSL_CTX_set_min_proto_version");
  made(SSL_CTX_set_ciphersuites(context, "TLS_AES_128_GCM_SHA256"), "SSL_CTX_set_ciphersuites");
  made(SSL_CTX_set1_groups_list(context, "X25519"), "SSL_CTX_set1_groups_list");
  SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                SSL_MODE_RELEASE_BUFFERS);
  // nginx ends streams without a close_notify.
  SSL_CTX_set_options(context, SSL_OP_IGNORE_UNEXPECTED_EOF);
  return made_context;
}

TlsHandle new_stream(SSL_CTX& context, int socket) {
  TlsHandle ssl(made(SSL_new(&context), "SSL_new"), SSL_free);
  made(SSL_set_fd(ssl.get(), socket), "SSL_set_fd");
  return ssl;
}

}  // namespace

TlsClients::TlsClients(bool resume) : context_(new_context(TLS_client_method())) {
  SSL_CTX* const context = context_.get();
  if (!resume) return;
  SSL_CTX_set_app_data(context, this);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
  SSL_CTX_sess_set_new_cb(context, &TlsClients::on_session);
}

// The session is ours where 1 is returned.
int TlsClients::on_session(SSL* ssl, SSL_SESSION* session) noexcept {
  auto& clients = *static_cast<TlsClients*>(SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl)));
  SSL_SESSION_free(clients.session_);
  clients.session_ = session;
  return 1;
}

TlsHandle TlsClients::connect(int socket) const {
  TlsHandle ssl = new_stream(*context_, socket);
  SSL_set_connect_state(ssl.get());
  if (session_) resume(*ssl);
  return ssl;
}

// A copy: OpenSSL takes each for one connection only.
void TlsClients::resume(SSL& ssl) const {
  SSL_SESSION* const copy = made(SSL_SESSION_dup(session_), "SSL_SESSION_dup");
  made(SSL_set_session(&ssl, copy), "SSL_set_session");
  SSL_SESSION_free(copy);
}

void TlsClients::expect_resumed(std::size_t first) const {
  const long full = SSL_CTX_sess_connect_good(context_.get()) - SSL_CTX_sess_hits(context_.get());
  const long more = full - static_cast<long>(first);
  if (more > 0) throw std::runtime_error(std::to_string(more) + " sessions of TLS were not resumed");
}

TlsBackend::TlsBackend(const std::string& pair) : context_(new_context(TLS_server_method())) {
  made(SSL_CTX_use_certificate_chain_file(context_.get(), pair.c_str()) == 1,
       "SSL_CTX_use_certificate_chain_file");
  made(SSL_CTX_use_PrivateKey_file(context_.get(), pair.c_str(), SSL_FILETYPE_PEM) == 1,
       "SSL_CTX_use_PrivateKey_file");
}

TlsHandle TlsBackend::accept(int socket) const {
  TlsHandle ssl = new_stream(*context_, socket);
  SSL_set_accept_state(ssl.get());
  return ssl;
}

ssize_t tls_receive(SSL& ssl, std::span<char> buffer) { return repeat(ssl, buffer, SSL_read_ex); }
ssize_t tls_send(SSL& ssl, std::span<const char> bytes) { return repeat(ssl, bytes, SSL_write_ex); }

}  // namespace duplexd::bench
