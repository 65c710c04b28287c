#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace duplexd {

// Tunnels: connections to endpoints that a proxy makes for us.

enum class TunnelProtocol : std::uint8_t {
  socks5,   ///< RFC 1928, and RFC 1929 for a user
  connect,  ///< CONNECT of HTTP/1.1 (RFC 9110, section 9.3.6), and Basic (RFC 7617) for a user
};

/// How a proxy is asked for tunnels.
struct Tunnel {
  static constexpr std::size_t longest_word = 255;  ///< RFC 1929, section 2

  TunnelProtocol protocol = TunnelProtocol::socks5;
  std::string user{};      ///< at most `longest_word` bytes; "": nobody logs in
  std::string password{};  ///< the same
  bool operator==(const Tunnel&) const = default;
};

/// Whether both ask alike. Null: there is no proxy.
inline bool same_tunnel(const std::shared_ptr<const Tunnel>& one,
                        const std::shared_ptr<const Tunnel>& other) {
  return one && other ? *one == *other : one == other;
}

/// Where a tunnel leads to.
struct TunnelTarget {
  std::string_view host{};  ///< without brackets. What is no IP address is a name, which the proxy resolves
  std::uint16_t port = 0;
};

/// The target that an endpoint of this name is: "db.internal:5432", "[2001:db8::1]:5432", "10.0.0.5:*".
/// `clients_port` is what "*" stands for.
TunnelTarget tunnel_target(std::string_view endpoint, std::uint16_t clients_port) noexcept;

/// What a proxy has answered to one question.
struct TunnelAnswer {
  enum class State : std::uint8_t {
    more,     ///< what was seen may become an answer
    yes,      ///< what follows its `size` bytes is no part of it
    refused,  ///< the proxy will not, or cannot
    broken,   ///< it does not speak this protocol
  };
  State state = State::more;
  std::size_t size = 0;
  unsigned code = 0;         ///< of `refused`: the reply of SOCKS5, or the status of HTTP; 0: there is none
  std::string_view words{};  ///< of `refused` and `broken`; as long as the bytes that were seen
};

/// "SOCKS5 reply 5: connection refused", "HTTP status 403: Forbidden", in printable ASCII and cut where
/// `into` ends.
std::string_view write_words(TunnelProtocol protocol, const TunnelAnswer& answer,
                             std::span<char> into) noexcept;

}  // namespace duplexd
