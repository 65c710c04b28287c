#include "core/net/address/address_text.hpp"
#include "core/net/address/decimal.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace duplexd {
namespace {

constexpr std::size_t longest_host = 253;
constexpr std::size_t longest_label = 63;
constexpr std::string_view service_prefix = "srv:";

// Not isalnum(3), which asks the locale.
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
// RFC 1123 has no underscore, but names of containers and services do.
bool is_host_character(char c) { return is_letter(c) || is_digit(c) || c == '-' || c == '_'; }

bool is_label(std::string_view label) {
  return !label.empty() && label.size() <= longest_label && label.front() != '-' && label.back() != '-' &&
         std::all_of(label.begin(), label.end(), is_host_character);
}

/// Whether inet_aton(3), and with it a resolver, could take the label for a number: "7", "0x7f".
bool is_number(std::string_view label) {
  const bool hexadecimal = label.starts_with("0x") || label.starts_with("0X");
  const auto is_hexadecimal_digit = [](char c) {
    return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
  };
  return hexadecimal ? std::all_of(label.begin() + 2, label.end(), is_hexadecimal_digit)
                     : std::all_of(label.begin(), label.end(), is_digit);
}

/// The reason why `host` is not a host name (RFC 1123, 2.1). A final dot, which makes the name complete, is
/// allowed.
std::optional<ParseError> host_error(std::string_view host) {
  if (host.size() > longest_host)
    return ParseError{fmt::format("the host name has {} bytes: {} at most", host.size(), longest_host)};
  auto rest = host.ends_with('.') ? host.substr(0, host.size() - 1) : host;
  std::string_view label;
  for (bool last = false; !last;) {
    const auto dot = rest.find('.');
    last = dot == rest.npos;
    label = rest.substr(0, dot);
    if (!is_label(label))
      return ParseError{
          fmt::format("{} is no host name: labels have 1 to {} letters, digits, '_' and inner '-'",
                      quoted(host), longest_label)};
    rest.remove_prefix(last ? rest.size() : dot + 1);
  }
  // No top-level domain is a number, so the text is a malformed address, which getaddrinfo(3) might accept.
  if (is_number(label))
    return ParseError{fmt::format("{} is neither an IPv4 address nor a host name", quoted(host))};
  return std::nullopt;
}

Parsed<EndpointAddress> parse_endpoint_host(const AddressText& text, std::uint16_t port) {
  if (text.in_brackets || text.host.empty() || parse_ip(text.host)) {
    const auto address = parse_ip_address(text, port);
    if (!address) return address.error();
    return EndpointAddress(*address);
  }
  if (auto error = host_error(text.host)) return *std::move(error);
  return EndpointAddress(HostPort{std::string(text.host), port});
}

/// Port 0 stands for "*".
Parsed<std::uint16_t> parse_dialled_port(std::string_view text) {
  if (text == "*") return std::uint16_t{0};
  auto port = parse_port(text);
  if (port && *port == 0)
    return ParseError{
        "port 0 cannot be dialled: write a port from 1 to 65535, or '*' for the one that the client came to"};
  return port;
}

Parsed<EndpointAddress> parse_service(std::string_view name) {
  if (auto error = host_error(name)) return *std::move(error);
  return EndpointAddress(ServiceName{std::string(name)});
}

}  // namespace

Parsed<EndpointAddress> parse_endpoint(std::string_view text) {
  if (text == original_destination_word) return EndpointAddress(OriginalDestination());
  if (text.starts_with(unix_prefix)) {
    const auto address = SocketAddress::parse(text);
    if (!address) return address.error();
    return EndpointAddress(*address);
  }
  if (text.starts_with(service_prefix)) return parse_service(text.substr(service_prefix.size()));
  const auto parts = split_address(text);
  if (!parts) return parts.error();
  const auto port = parse_dialled_port(parts->port);
  if (!port) return port.error();
  return parse_endpoint_host(*parts, *port);
}

bool is_original_destination(const EndpointAddress& address) noexcept {
  return std::holds_alternative<OriginalDestination>(address);
}

bool takes_port_of_listener(const EndpointAddress& address) noexcept {
  if (const auto* name = std::get_if<HostPort>(&address)) return name->port == 0;
  const auto* known = std::get_if<SocketAddress>(&address);
  return known && !known->is_unix() && known->port() == 0;
}

}  // namespace duplexd
