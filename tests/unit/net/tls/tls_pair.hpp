#pragma once

#include "core/net/tls/tls_stream.hpp"
#include "tests/unit/net/sockets.hpp"

#include <openssl/types.h>

#include <memory>
#include <string>
#include <string_view>

namespace duplexd::net_test {

using TlsContext = std::unique_ptr<SSL_CTX, void (*)(SSL_CTX*)>;

/// Of the side that accepts, with a certificate for "db.example"; `most` is TLS1_2_VERSION or TLS1_3_VERSION.
TlsContext accepting_context(int most);
/// Of the side that connects. It trusts everybody.
TlsContext connecting_context();

/// Two streams over a connection, of non-blocking sockets. Either side may be taken away.
struct TlsPair {
  explicit TlsPair(int version, std::string_view bind = "127.0.0.1:0");

  /// Shakes hands on both sides, as long as each goes on. True: both are done.
  bool shake_hands();

  TlsContext accepting, connecting;
  Pair sockets;  // "ours" connects
  std::unique_ptr<TlsStream> client, peer;
};

/// What was received, up to the end of the stream, an error, or `enough` bytes.
struct Received {
  std::string text;
  int error = 0;
  bool ended = false;
};
Received receive_all(TlsStream& stream, int socket, std::size_t enough = static_cast<std::size_t>(-1));

/// Waits for room as long as it has to. Errno.
int send_all(TlsStream& stream, int socket, std::string_view text);

}  // namespace duplexd::net_test
