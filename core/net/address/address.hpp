#pragma once

#include "core/net/address/parsed.hpp"

#include <net/if.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace duplexd {

/// Any stream socket address in the kernel's form: IPv4, IPv6, Unix path or Linux abstract name (unix(7)).
/// A value: it owns its bytes and compares by them.
class SocketAddress {
 public:
  SocketAddress() noexcept;  ///< AF_UNSPEC, size 0
  SocketAddress(const sockaddr* address, socklen_t size) noexcept;

  /// "192.0.2.1:80", "[2001:db8::1]:80", "[fe80::1%eth0]:80", "unix:/run/x.sock", "unix:@abstract".
  /// Port 0 is allowed (the kernel chooses). No host names: see EndpointAddress.
  static Parsed<SocketAddress> parse(std::string_view text);
  static SocketAddress any(int family, std::uint16_t port) noexcept;
  /// `address`, which is link-local, on the interface of this name; none if there is no such interface.
  static std::optional<SocketAddress> on_interface(SocketAddress address, std::string_view name) noexcept;

  const sockaddr* data() const noexcept { return reinterpret_cast<const sockaddr*>(&bytes_); }
  socklen_t size() const noexcept { return size_; }
  int family() const noexcept { return data()->sa_family; }
  bool is_unix() const noexcept { return family() == AF_UNIX; }
  bool is_abstract() const noexcept;
  bool is_loopback() const noexcept;  ///< 127.0.0.0/8, also IPv4-mapped, or ::1
  /// Without the leading NUL of an abstract name; "" if the address is not Unix.
  std::string_view unix_path() const noexcept;
  std::uint16_t port() const noexcept;  ///< host order; 0 for Unix
  void set_port(std::uint16_t port) noexcept;

  /// The name of the interface that parse() found in the text; "": none. It takes no part in comparison, but
  /// the index that it had then does.
  std::string_view interface() const noexcept { return interface_.data(); }
  /// With the index that the interface has today, if it is there: another one when it was deleted and made
  /// again.
  SocketAddress with_todays_interface() const noexcept;

  /// In the form that parse() reads. An unnamed Unix socket is "unix:".
  std::string to_string() const;

  friend bool operator==(const SocketAddress& a, const SocketAddress& b) noexcept;

 private:
  // sockaddr_un (110 bytes) is the largest of the three that we accept.
  alignas(8) std::array<std::byte, sizeof(sockaddr_un)> bytes_;
  socklen_t size_;
  std::array<char, IF_NAMESIZE> interface_{};
};

/// The address of a peer in 20 bytes, to keep sessions small: IPv6 or IPv4-mapped IPv6 (RFC 4291, 2.5.5.2)
/// and port, or "a Unix socket" without its name. The scope of a link-local address is dropped.
class PeerAddress {
 public:
  using Bytes = std::array<std::uint8_t, 16>;

  PeerAddress() noexcept = default;  ///< no address: to_string() is "-"
  explicit PeerAddress(const SocketAddress& address) noexcept;

  enum class Family : std::uint8_t { none, inet, inet6, local };
  Family family() const noexcept { return family_; }
  bool is_ip() const noexcept { return family_ == Family::inet || family_ == Family::inet6; }
  const Bytes& ip() const noexcept { return ip_; }  ///< network order; IPv4 as ::ffff:a.b.c.d
  std::uint16_t port() const noexcept { return port_; }
  SocketAddress socket_address() const noexcept;  ///< AF_UNSPEC unless it is_ip()

  /// "192.0.2.1:80", "[2001:db8::1]:80" (an IPv4-mapped address reads as IPv4), "unix:", "-".
  std::string to_string() const;

  friend bool operator==(const PeerAddress&, const PeerAddress&) noexcept = default;

 private:
  Bytes ip_{};
  std::uint16_t port_ = 0;
  Family family_ = Family::none;
};

/// One entry of a listener's `bind`, before ports are expanded into sockets.
struct BindAddress {
  enum class Kind : std::uint8_t {
    address,     ///< `address` alone; an IPv6 one with IPV6_V6ONLY
    dual_stack,  ///< every IPv6 and IPv4 address on one socket; plain IPv4 where the host has no IPv6
    inherited,   ///< descriptors that the service manager passed under `name` (sd_listen_fds_with_names(3))
  };
  Kind kind = Kind::address;
  SocketAddress address;  ///< for dual_stack: [::]:port
  std::string name;       ///< for inherited

  std::string to_string() const;
  friend bool operator==(const BindAddress&, const BindAddress&) = default;
};

/// Reads what SocketAddress::parse() reads, and also ":5432" (dual stack), "*:5432" (all of IPv4, as in
/// HAProxy), "systemd:NAME", and a port range "0.0.0.0:5000-5010", which becomes one BindAddress per port (at
/// most 1,024 of them).
Parsed<std::vector<BindAddress>> parse_bind(std::string_view text);

/// A host that has to be resolved. `host` is at most 253 octets, as in RFC 1035.
struct HostPort {
  std::string host;
  std::uint16_t port = 0;
  friend bool operator==(const HostPort&, const HostPort&) = default;
};

/// A service whose hosts and ports DNS knows (SRV, RFC 2782): "_postgresql._tcp.db.internal".
struct ServiceName {
  std::string name;
  friend bool operator==(const ServiceName&, const ServiceName&) = default;
};

/// Where the client wanted to go before it was led here, another address for each.
struct OriginalDestination {
  friend bool operator==(const OriginalDestination&, const OriginalDestination&) = default;
};
inline constexpr std::string_view original_destination_word = "original_destination";

/// Where an endpoint is: an address, a name that the resolver turns into addresses, or a service, which
/// stands for any number of endpoints. Port 0 of an address or a name is the port that the client came to;
/// see takes_port_of_listener().
using EndpointAddress = std::variant<SocketAddress, HostPort, ServiceName, OriginalDestination>;

/// "10.0.0.11:5432", "[2001:db8::1]:5432", "db.internal:5432", "unix:/run/x.sock", "unix:@name",
/// "srv:_postgresql._tcp.db.internal", "original_destination", and with the port of the listener
/// "10.0.0.11:*". A port is required, and 0 is none. A malformed IPv4 address ("10.0.0.300") is not taken for
/// a host name.
Parsed<EndpointAddress> parse_endpoint(std::string_view text);

/// Whether the endpoint was written with the port "*". It has port 0, and is dialled at the local port of the
/// client's socket.
bool takes_port_of_listener(const EndpointAddress& address) noexcept;

bool is_original_destination(const EndpointAddress& address) noexcept;

}  // namespace duplexd
