#include "core/net/address/address_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace duplexd {
namespace {

constexpr std::string_view inherited_prefix = "systemd:";
constexpr std::size_t longest_descriptor_name = 255;  // FileDescriptorName= in systemd.socket(5)
constexpr unsigned most_ports = 1024;

struct PortRange {
  std::uint16_t first = 0;
  std::uint16_t last = 0;
};

Parsed<PortRange> parse_ports(std::string_view text) {
  const auto dash = text.find('-');
  if (dash == 0) return ParseError{"port is missing before '-'"};
  if (dash != text.npos && dash + 1 == text.size()) return ParseError{"port is missing behind '-'"};
  const auto first = parse_port(text.substr(0, dash));
  if (!first) return first.error();
  if (dash == text.npos) return PortRange{*first, *first};
  const auto last = parse_port(text.substr(dash + 1));
  if (!last) return last.error();
  if (*first == 0) return ParseError{"a range of ports starts at 1 or above"};
  if (*last < *first)
    return ParseError{fmt::format("the range of ports runs backwards: write '{}-{}'", *last, *first)};
  if (*last - *first >= static_cast<int>(most_ports))
    return ParseError{
        fmt::format("{} holds {} ports: {} at most", quoted(text), *last - *first + 1, most_ports)};
  return PortRange{*first, *last};
}

Parsed<BindAddress> parse_bind_host(const AddressText& text, std::uint16_t port) {
  if (text.host.empty() && !text.in_brackets)
    return BindAddress{BindAddress::Kind::dual_stack, SocketAddress::any(AF_INET6, port), {}};
  if (text.host == "*" && !text.in_brackets)
    return BindAddress{BindAddress::Kind::address, SocketAddress::any(AF_INET, port), {}};
  const auto address = parse_ip_address(text, port);
  if (!address) return address.error();
  return BindAddress{BindAddress::Kind::address, *address, {}};
}

Parsed<std::vector<BindAddress>> parse_inherited(std::string_view name) {
  const auto allowed = [](char c) { return c > ' ' && c <= '~' && c != ':'; };
  if (name.empty()) return ParseError{"name is missing: write 'systemd:NAME' as in FileDescriptorName=NAME"};
  if (name.size() > longest_descriptor_name || !std::all_of(name.begin(), name.end(), allowed))
    return ParseError{fmt::format(
        "{} is no name of a descriptor: see FileDescriptorName= in systemd.socket(5)", quoted(name))};
  return std::vector{BindAddress{BindAddress::Kind::inherited, {}, std::string(name)}};
}

Parsed<std::vector<BindAddress>> parse_unix_bind(std::string_view text) {
  const auto address = SocketAddress::parse(text);
  if (!address) return address.error();
  return std::vector{BindAddress{BindAddress::Kind::address, *address, {}}};
}

std::vector<BindAddress> expand(BindAddress bind, PortRange ports) {
  std::vector<BindAddress> result;
  for (unsigned port = ports.first; port <= ports.last; ++port) {
    bind.address.set_port(static_cast<std::uint16_t>(port));
    result.push_back(bind);
  }
  return result;
}

}  // namespace

std::string BindAddress::to_string() const {
  if (kind == Kind::inherited) return fmt::format("{}{}", inherited_prefix, name);
  if (kind == Kind::dual_stack) return fmt::format(":{}", address.port());
  return address.to_string();
}

Parsed<std::vector<BindAddress>> parse_bind(std::string_view text) {
  if (text.starts_with(inherited_prefix)) return parse_inherited(text.substr(inherited_prefix.size()));
  if (text.starts_with(unix_prefix)) return parse_unix_bind(text);
  if (parse_port(text)) return ParseError{fmt::format("':' is missing: write ':{}'", text)};
  const auto parts = split_address(text);
  if (!parts) return parts.error();
  const auto ports = parse_ports(parts->port);
  if (!ports) return ports.error();
  auto bind = parse_bind_host(*parts, ports->first);
  if (!bind) return bind.error();
  return expand(*std::move(bind), *ports);
}

}  // namespace duplexd
