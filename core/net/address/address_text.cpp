#include "core/net/address/address_text.hpp"

#include "core/net/address/decimal.hpp"

#include <fmt/format.h>

namespace duplexd {
namespace {

constexpr std::size_t longest_quote = 300;
constexpr std::uint16_t most_port = 65'535;

/// For two colons or more without brackets: suggests the brackets.
ParseError brackets_missing(std::string_view text) {
  const auto colon = text.rfind(':');
  const auto host = text.substr(0, colon);
  const auto port = text.substr(colon + 1);
  if (parse_ip(host) && parse_port(port))
    return {fmt::format("an IPv6 address goes in brackets: '[{}]:{}'", host, port)};
  if (parse_ip(text)) return {fmt::format("an IPv6 address goes in brackets: '[{}]:5432'", text)};
  return {fmt::format("{} has too many colons: write 'host:port', or '[::1]:80' for IPv6", quoted(text))};
}

ParseError port_missing(std::string_view host) {
  if (parse_port(host)) return {fmt::format("host is missing: write '127.0.0.1:{}'", host)};
  if (host.starts_with('/') || host.starts_with('@'))
    return {fmt::format("a Unix socket is written {}", quoted(fmt::format("unix:{}", host)))};
  return {fmt::format("port is missing: write {}", quoted(fmt::format("{}:5432", host)))};
}

Parsed<AddressText> split_brackets(std::string_view text) {
  const auto end = text.find(']');
  if (end == text.npos) return ParseError{fmt::format("']' is missing in {}", quoted(text))};
  const auto host = text.substr(1, end - 1);
  const auto rest = text.substr(end + 1);
  if (rest.empty()) return port_missing(text);
  if (rest.front() != ':') return ParseError{fmt::format("{} follows ']' in place of a port", quoted(rest))};
  return AddressText{host, rest.substr(1), true};
}

}  // namespace

Parsed<AddressText> split_address(std::string_view text) {
  if (text.empty()) return ParseError{"address is empty: write '127.0.0.1:5432'"};
  if (text.front() == '[') return split_brackets(text);
  const auto colon = text.find(':');
  if (colon == text.npos) return port_missing(text);
  if (text.find(':', colon + 1) != text.npos) return brackets_missing(text);
  return AddressText{text.substr(0, colon), text.substr(colon + 1), false};
}

Parsed<std::uint16_t> parse_port(std::string_view text) {
  if (text.empty()) return ParseError{"port is missing behind ':'"};
  const auto port = parse_decimal(text);
  if (port && *port <= most_port) return static_cast<std::uint16_t>(*port);
  return ParseError{
      fmt::format("{} is no port: a port is a number up to {}{}", quoted(text), most_port, zeros_hint(text))};
}

std::string quoted(std::string_view text) {
  std::string result = "'";
  for (const char c : text.substr(0, longest_quote)) {
    if (c >= ' ' && c <= '~')
      result += c;
    else
      result += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
  }
  return result + (text.size() > longest_quote ? "...'" : "'");
}

}  // namespace duplexd
