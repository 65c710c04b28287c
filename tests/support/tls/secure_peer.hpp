#pragma once

#include "tests/support/peer.hpp"
#include "tests/support/tls/certificate.hpp"

#include <openssl/types.h>

#include <memory>
#include <string>
#include <string_view>

namespace duplexd::test {

struct SecureOptions {
  std::string server_name{};                 ///< that a client asks for
  int version = 0;                           ///< TLS1_2_VERSION or TLS1_3_VERSION; 0: any
  const Certificate* certificate = nullptr;  ///< null: none, which only a client may do without
  std::string protocol{};                    ///< offered, or chosen (ALPN)
};

/// A Peer that speaks TLS by OpenSSL alone. It trusts everybody. A failure is an exception.
class SecurePeer {
 public:
  /// Shakes hands as the one that connected.
  static SecurePeer client(Peer peer, const SecureOptions& options = {});
  /// Shakes hands as the one that was connected to.
  static SecurePeer endpoint(Peer peer, const SecureOptions& options);

  void send(std::string_view bytes);
  std::string receive(std::size_t size);  ///< exactly so many
  std::string receive_all();              ///< up to the close_notify; fails if there is none
  bool at_end();                          ///< whether a close_notify comes next
  void end();                             ///< sends close_notify, and shutdown(SHUT_WR)

  std::string protocol() const;     ///< that was agreed on
  std::string certificate() const;  ///< the common name of the other side's
  Peer& plain() { return peer_; }

 private:
  using Handle = std::unique_ptr<SSL, void (*)(SSL*)>;

  SecurePeer(Peer peer, const SecureOptions& options, bool connects);
  int receive_some(void* into, std::size_t most);

  Peer peer_;
  Handle ssl_;
};

/// What a client of OpenSSL says first, for one that goes on no further.
std::string client_hello();

}  // namespace duplexd::test
