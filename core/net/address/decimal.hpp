#pragma once

#include "core/net/address/parsed.hpp"

#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>

namespace duplexd {

/// Stands for a number that is too large for the type; every range ends below it.
inline constexpr auto too_much = std::numeric_limits<std::uint64_t>::max();

inline bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Takes the decimal digits at the beginning of `text` off it. None: there are no digits, or a leading zero.
std::optional<std::uint64_t> take_number(std::string_view& text);

/// Reads a text that is one number and nothing else.
std::optional<std::uint64_t> parse_decimal(std::string_view text);

/// What a message about a refused number adds: ", without leading zeros" if they are the mistake, else "".
std::string_view zeros_hint(std::string_view text);

template <class T>
Parsed<T> in_range(const Parsed<std::uint64_t>& value, std::uint64_t least, std::uint64_t most) {
  if (!value) return value.error();
  if (*value < least || *value > most) return ParseError{"is out of range"};
  return T(*value);
}

}  // namespace duplexd
