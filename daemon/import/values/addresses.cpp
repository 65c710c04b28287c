#include "daemon/import/values/addresses.hpp"

#include "core/net/address/decimal.hpp"
#include "core/net/address/network.hpp"

#include <fmt/format.h>

#include <cstdint>
#include <vector>

namespace duplexd::importing {
namespace {

constexpr std::size_t octets = 4;

/// "10.1.2.3/8" as "10.0.0.0/8". None: the text is not of IPv4.
std::optional<std::string> cleared(std::string_view text) {
  const auto slash = text.find('/');
  std::string_view address = text.substr(0, slash);
  std::string_view length = slash == std::string_view::npos ? "" : text.substr(slash + 1);
  const auto prefix = take_number(length);
  if (!prefix || *prefix > 32 || !length.empty()) return std::nullopt;
  std::uint64_t bits = 0;
  for (std::size_t octet = 0; octet < octets; ++octet) {
    const auto number = take_number(address);
    if (!number || *number > 255) return std::nullopt;
    bits = bits << 8 | *number;
    if (octet + 1 < octets && !address.starts_with('.')) return std::nullopt;
    if (octet + 1 < octets) address.remove_prefix(1);
  }
  if (!address.empty()) return std::nullopt;
  bits = *prefix == 0 ? 0 : bits >> (32 - *prefix) << (32 - *prefix);
  return fmt::format("{}.{}.{}.{}/{}", bits >> 24, bits >> 16 & 255, bits >> 8 & 255, bits & 255, *prefix);
}

/// That of "[::1]" and of "${NAME:-default}" are none between host and port.
std::size_t last_colon(std::string_view text) {
  auto found = std::string_view::npos;
  std::size_t depth = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '[' || text.substr(at, 2) == "${") ++depth;
    if ((c == ']' || c == '}') && depth > 0) --depth;
    if (c == ':' && depth == 0) found = at;
  }
  return found;
}

std::vector<std::string_view> parts_of(std::string_view text) {
  std::vector<std::string_view> parts;
  for (;;) {
    const auto dot = text.find('.');
    parts.push_back(text.substr(0, dot));
    if (dot == std::string_view::npos) return parts;
    text.remove_prefix(dot + 1);
  }
}

}  // namespace

HostPort split_address(std::string_view text) {
  const auto colon = last_colon(text);
  if (colon == std::string_view::npos) return {std::string(text), ""};
  return {std::string(text.substr(0, colon)), std::string(text.substr(colon + 1))};
}

std::string join_address(std::string_view host, std::string_view port) {
  const bool bare = host.find(':') != std::string_view::npos && !host.starts_with('[') &&
                    host.find('$') == std::string_view::npos;
  return bare ? fmt::format("[{}]:{}", host, port) : fmt::format("{}:{}", host, port);
}

std::optional<std::string> network_text(std::string_view text) {
  if (const auto network = Network::parse(text)) return std::string(text);
  return cleared(text);
}

std::optional<std::string> network_of_pattern(std::string_view pattern) {
  if (auto network = network_text(pattern)) return network;
  std::string address;
  std::size_t fixed = 0, length = 0;
  for (const auto part : parts_of(pattern)) {
    const bool any = part == "*";
    if (!any && (fixed != length || !parse_decimal(part))) return std::nullopt;
    if (!any) ++fixed;
    address += fmt::format("{}{}", length++ == 0 ? "" : ".", any ? "0" : part);
  }
  for (; length < octets && fixed < length; ++length) address += ".0";
  return length == octets ? network_text(fmt::format("{}/{}", address, fixed * 8)) : std::nullopt;
}

}  // namespace duplexd::importing
