#include "daemon/import/values/times.hpp"

#include "core/config/spelling/spelling.hpp"
#include "core/config/spelling/wording.hpp"
#include "core/net/address/decimal.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>

namespace duplexd::importing {
namespace {

using std::chrono::milliseconds;

struct TimeUnit {
  std::string_view name;
  std::uint64_t per_ms = 1;  // how many are a millisecond
  std::uint64_t ms = 1;      // how many milliseconds one is
};
constexpr std::array time_units{TimeUnit{"us", 1000, 1},      TimeUnit{"ms", 1, 1},
                                TimeUnit{"s", 1, 1000},       TimeUnit{"m", 1, 60'000},
                                TimeUnit{"h", 1, 3'600'000},  TimeUnit{"d", 1, 86'400'000},
                                TimeUnit{"w", 1, 604'800'000}};
constexpr std::uint64_t longest = 1'000'000'000'000;  // no time of any proxy is longer, in milliseconds
constexpr std::uint64_t largest = std::uint64_t{1} << 40;

/// Takes a number with leading zeros off `text`.
std::optional<std::uint64_t> take_digits(std::string_view& text) {
  while (text.size() > 1 && text[0] == '0' && is_digit(text[1])) text.remove_prefix(1);
  return take_number(text);
}

std::string_view take_letters(std::string_view& text) {
  const auto end = std::ranges::find_if(text, [](char c) { return is_digit(c) || c == ' '; });
  const auto word = text.substr(0, static_cast<std::size_t>(end - text.begin()));
  text.remove_prefix(word.size());
  while (text.starts_with(' ')) text.remove_prefix(1);
  return word;
}

std::optional<std::uint64_t> factor_of_size(std::string_view unit) {
  if (unit.empty()) return 1;
  if (unit == "k" || unit == "K") return 1024;
  if (unit == "m" || unit == "M") return 1024 * 1024;
  if (unit == "g" || unit == "G") return 1024 * 1024 * 1024;
  return std::nullopt;
}

}  // namespace

Parsed<milliseconds> time_of(std::string_view text, milliseconds bare) {
  if (text.find('$') != std::string_view::npos)
    return ParseError{"duplexd's times have a unit, and what the variable has is not known here"};
  std::uint64_t total = 0;
  if (text.empty()) return ParseError{"a time is missing"};
  while (!text.empty()) {
    const auto number = take_digits(text);
    const auto name = take_letters(text);
    const auto unit = std::ranges::find(time_units, name, &TimeUnit::name);
    if (!number || *number > longest || (unit == time_units.end() && !name.empty()))
      return ParseError{"it is no time that duplexd knows"};
    total +=
        name.empty() ? *number * static_cast<std::uint64_t>(bare.count()) : *number * unit->ms / unit->per_ms;
    if (total > longest) return ParseError{"it is longer than any time of duplexd"};
  }
  return milliseconds(total);
}

std::string time_text(milliseconds time, std::string_view zero) {
  if (time.count() == 0) return std::string(zero);
  return duration(milliseconds(1), milliseconds::max()).print(time);
}

Parsed<std::string> size_text(std::string_view text) {
  const auto number = take_digits(text);
  const auto factor = factor_of_size(text);
  if (!number || !factor || *number > largest / *factor)
    return ParseError{"it is no size that duplexd knows"};
  if (*number == 0) return Parsed<std::string>(boost::system::in_place_value, "off");
  return parsed_text(byte_size(1, largest).print(static_cast<std::size_t>(*number * *factor)));
}

bool is_number(std::string_view text) { return parse_decimal(text).has_value(); }

}  // namespace duplexd::importing
