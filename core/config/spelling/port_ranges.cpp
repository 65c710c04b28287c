#include "core/config/spelling/port_ranges.hpp"

#include "core/net/address/decimal.hpp"

#include <fmt/format.h>

#include <limits>

namespace duplexd {
namespace {

Parsed<std::uint16_t> parse_one_port(std::string_view text) {
  const auto number = parse_decimal(text);
  if (!number) return ParseError{"is no port"};
  return in_range<std::uint16_t>(*number, 1, std::numeric_limits<std::uint16_t>::max());
}

}  // namespace

Parsed<PortRange> parse_port_range(std::string_view text) {
  const auto dash = text.find('-');
  const auto first = parse_one_port(text.substr(0, dash));
  if (!first) return first.error();
  if (dash == text.npos) return PortRange{*first, *first};
  const auto last = parse_one_port(text.substr(dash + 1));
  if (!last) return last.error();
  if (*last < *first) return ParseError{"runs backwards"};
  return PortRange{*first, *last};
}

std::string to_string(const PortRange& range) {
  return range.first == range.last ? fmt::format("{}", range.first)
                                   : fmt::format("{}-{}", range.first, range.last);
}

}  // namespace duplexd
