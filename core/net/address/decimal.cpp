#include "core/net/address/decimal.hpp"

#include <algorithm>
#include <charconv>
#include <system_error>

namespace duplexd {

std::optional<std::uint64_t> take_number(std::string_view& text) {
  const auto end = std::find_if_not(text.begin(), text.end(), is_digit);
  const auto digits = text.substr(0, static_cast<std::size_t>(end - text.begin()));
  if (digits.empty() || (digits.size() > 1 && digits.front() == '0')) return std::nullopt;
  text.remove_prefix(digits.size());
  std::uint64_t value = 0;
  const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return parsed.ec == std::errc{} ? value : too_much;
}

std::optional<std::uint64_t> parse_decimal(std::string_view text) {
  const auto value = take_number(text);
  return text.empty() ? value : std::nullopt;
}

std::string_view zeros_hint(std::string_view text) {
  const bool digits = std::all_of(text.begin(), text.end(), is_digit);
  return digits && text.size() > 1 && text.front() == '0' ? ", without leading zeros" : "";
}

}  // namespace duplexd
