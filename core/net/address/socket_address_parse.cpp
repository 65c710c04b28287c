#include "core/net/address/address_text.hpp"
#include "core/net/address/decimal.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <limits>
#include <string>

namespace duplexd {
namespace {

constexpr std::size_t longest_unix_name = sizeof(sockaddr_un::sun_path) - 1;  // a NUL leads or ends it

Parsed<SocketAddress> parse_unix(std::string_view path) {
  const bool abstract = path.starts_with('@');
  const auto name = path.substr(abstract ? 1 : 0);
  if (name.empty())
    return ParseError{"name is missing: write 'unix:/run/duplexd/x.sock', or 'unix:@x' for an abstract one"};
  if (!abstract && name.front() != '/')
    return ParseError{fmt::format("{} is no absolute path: write 'unix:/run/duplexd/x.sock'", quoted(name))};
  if (name.find('\0') != name.npos) return ParseError{"the name of a Unix socket holds a NUL"};
  if (name.size() > longest_unix_name)
    return ParseError{fmt::format("the name of the Unix socket has {} bytes: the kernel takes {} at most",
                                  name.size(), longest_unix_name)};
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::copy(name.begin(), name.end(), address.sun_path + (abstract ? 1 : 0));
  const auto size = offsetof(sockaddr_un, sun_path) + name.size() + 1;
  return SocketAddress(reinterpret_cast<const sockaddr*>(&address), static_cast<socklen_t>(size));
}

/// An interface by its name or, if none has it, by its index.
std::optional<SocketAddress> on_interface(const PeerAddress::Bytes& ip, std::uint16_t port,
                                          std::string_view text) {
  if (auto named = SocketAddress::on_interface(socket_address(ip, port), text)) return named;
  const auto index = parse_decimal(text);
  if (!index || *index == 0 || *index > std::numeric_limits<std::uint32_t>::max()) return std::nullopt;
  return socket_address(ip, port, static_cast<std::uint32_t>(*index));
}

Parsed<SocketAddress> parse_ipv6(std::string_view host, std::uint16_t port) {
  const auto percent = std::min(host.find('%'), host.size());
  const auto ip = parse_ip(host.substr(0, percent));
  if (!ip || host.find(':') == host.npos)
    return ParseError{fmt::format("{} is no IPv6 address", quoted(host))};
  const bool scoped = percent != host.size();
  if (scoped && !is_link_local(*ip))
    return ParseError{fmt::format("only a link-local address (fe80::/10) takes an interface: write '[{}]:{}'",
                                  ip_to_string(*ip), port)};
  if (!scoped && is_link_local(*ip))
    return ParseError{
        fmt::format("a link-local address needs its interface: write '[{}%eth0]:{}'", host, port)};
  if (!scoped) return socket_address(*ip, port);
  const auto interface = host.substr(percent + 1);
  const auto address = on_interface(*ip, port, interface);
  if (!address) return ParseError{fmt::format("no network interface has the name {}", quoted(interface))};
  return *address;
}

}  // namespace

Parsed<SocketAddress> parse_ip_address(const AddressText& text, std::uint16_t port) {
  if (text.in_brackets) return parse_ipv6(text.host, port);
  if (text.host.empty()) return ParseError{fmt::format("host is missing: write '127.0.0.1:{}'", port)};
  if (const auto ip = parse_ip(text.host)) return socket_address(*ip, port);
  return ParseError{fmt::format("{} is no IP address: write '127.0.0.1:{}'", quoted(text.host), port)};
}

Parsed<SocketAddress> SocketAddress::parse(std::string_view text) {
  if (text.starts_with(unix_prefix)) return parse_unix(text.substr(unix_prefix.size()));
  const auto parts = split_address(text);
  if (!parts) return parts.error();
  const auto port = parse_port(parts->port);
  if (!port) return port.error();
  return parse_ip_address(*parts, *port);
}

}  // namespace duplexd
