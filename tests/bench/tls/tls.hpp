#pragma once

#include <openssl/ssl.h>
#include <sys/types.h>

#include <cstddef>
#include <memory>
#include <span>
#include <string>

namespace duplexd::bench {

using TlsHandle = std::unique_ptr<SSL, void (*)(SSL*)>;
using TlsContext = std::unique_ptr<SSL_CTX, void (*)(SSL_CTX*)>;

/// TLS of clients that believe every certificate. All agree on the same with every proxy: TLS 1.3,
/// TLS_AES_128_GCM_SHA256 and X25519. Outlives its streams.
class TlsClients {
 public:
  /// `resume`: each resumes the last session that the proxy gave to any of them.
  explicit TlsClients(bool resume);
  ~TlsClients() { SSL_SESSION_free(session_); }
  TlsClients(const TlsClients&) = delete;
  TlsClients& operator=(const TlsClients&) = delete;

  TlsHandle connect(int socket) const;
  /// Throws std::runtime_error if more than the first ones got a session of their own.
  void expect_resumed(std::size_t first) const;

 private:
  void resume(SSL& ssl) const;
  static int on_session(SSL* ssl, SSL_SESSION* session) noexcept;

  TlsContext context_;
  SSL_SESSION* session_ = nullptr;
};

/// TLS of the backend, which agrees on the same. Outlives its streams.
class TlsBackend {
 public:
  /// `pair` is a file with its certificate and key.
  explicit TlsBackend(const std::string& pair);

  TlsHandle accept(int socket) const;

 private:
  TlsContext context_;
};

// As recv(2) and send(2), of a non-blocking socket: as much as is there or goes. The handshake is part of the
// first ones; what they wait for meanwhile is EAGAIN.
ssize_t tls_receive(SSL& ssl, std::span<char> buffer);
ssize_t tls_send(SSL& ssl, std::span<const char> bytes);

}  // namespace duplexd::bench
