// Durations and sizes: numbers with a unit.
#include "core/config/spelling/spelling.hpp"
#include "core/net/address/decimal.hpp"

#include <algorithm>
#include <array>

namespace duplexd {
namespace {

using std::chrono::milliseconds;

struct Unit {
  std::string_view name;
  std::uint64_t factor;
};
constexpr std::array time_units{Unit{"d", 86'400'000}, Unit{"h", 3'600'000}, Unit{"m", 60'000},
                                Unit{"s", 1'000}, Unit{"ms", 1}};
constexpr std::array binary_units{Unit{"GiB", 1ull << 30}, Unit{"MiB", 1ull << 20}, Unit{"KiB", 1ull << 10},
                                  Unit{"B", 1}};
constexpr std::array decimal_units{Unit{"GB", 1'000'000'000}, Unit{"MB", 1'000'000}, Unit{"KB", 1'000}};

std::uint64_t times(std::uint64_t value, std::uint64_t factor) {
  return value > too_much / factor ? too_much : value * factor;
}

std::uint64_t plus(std::uint64_t a, std::uint64_t b) { return a > too_much - b ? too_much : a + b; }

template <class Units>
const Unit* take_unit(std::string_view& text, const Units& units) {
  const auto end = std::find_if(text.begin(), text.end(), is_digit);
  const auto name = text.substr(0, static_cast<std::size_t>(end - text.begin()));
  const auto unit =
      std::find_if(units.begin(), units.end(), [&](const Unit& each) { return each.name == name; });
  if (unit == units.end()) return nullptr;
  text.remove_prefix(name.size());
  return &*unit;
}

/// "1h30m": units from the largest to the smallest, each at most once.
Parsed<std::uint64_t> parse_milliseconds(std::string_view text) {
  std::uint64_t sum = 0;
  const Unit* last = nullptr;
  do {
    const auto count = take_number(text);
    if (!count) return ParseError{"is not a duration"};
    if (text.empty()) return ParseError{"has no unit"};
    const Unit* unit = take_unit(text, time_units);
    if (!unit || (last && unit->factor >= last->factor)) return ParseError{"is not a duration"};
    sum = plus(sum, times(*count, unit->factor));
    last = unit;
  } while (!text.empty());
  return sum;
}

std::string print_milliseconds(std::uint64_t rest) {
  std::string result;
  for (const auto& unit : time_units) {
    if (const auto count = rest / unit.factor) result += fmt::format("{}{}", count, unit.name);
    rest %= unit.factor;
  }
  return result.empty() ? "0s" : result;
}

Parsed<std::uint64_t> parse_bytes(std::string_view text) {
  const auto count = take_number(text);
  if (!count) return ParseError{"is not a size"};
  if (text.empty()) return ParseError{"has no unit"};
  const Unit* unit = take_unit(text, binary_units);
  if (!unit) unit = take_unit(text, decimal_units);
  if (!unit || !text.empty()) return ParseError{"is not a size"};
  return times(*count, unit->factor);
}

std::string print_bytes(std::size_t bytes) {
  const auto unit = std::find_if(binary_units.begin(), binary_units.end(), [&](const Unit& each) {
    return bytes >= each.factor && bytes % each.factor == 0;
  });
  return unit == binary_units.end() ? "0B" : fmt::format("{}{}", bytes / unit->factor, unit->name);
}

std::uint64_t count(milliseconds time) { return static_cast<std::uint64_t>(time.count()); }

constexpr std::string_view duration_pattern = "^((0|[1-9][0-9]*)(ms|s|m|h|d))+$";
constexpr std::string_view size_pattern = "^(0|[1-9][0-9]*)([KMG]iB|[KMG]?B)$";

Form duration_form(std::uint64_t least, std::uint64_t most) {
  const auto range = fmt::format("{} to {}", print_milliseconds(least), print_milliseconds(most));
  return {fmt::format("a duration from {}, in ms, s, m, h or d", range),
          {},
          range,
          {text_schema(duration_pattern)}};
}

Form size_form(std::size_t least, std::size_t most) {
  const auto range = fmt::format("{} to {}", print_bytes(least), print_bytes(most));
  return {
      fmt::format("a size from {}, in B, KiB, MiB or GiB", range), {}, range, {text_schema(size_pattern)}};
}

}  // namespace

Spelling<milliseconds> duration(milliseconds least, milliseconds most) {
  return {[=](std::string_view text) {
            return in_range<milliseconds>(parse_milliseconds(text), count(least), count(most));
          },
          [](milliseconds value) { return print_milliseconds(count(value)); },
          duration_form(count(least), count(most))};
}

Spelling<std::chrono::seconds> whole_seconds(std::chrono::seconds least, std::chrono::seconds most) {
  const auto parse = duration(least, most).parse;
  return {[parse](std::string_view text) -> Parsed<std::chrono::seconds> {
            const auto value = parse(text);
            if (!value) return value.error();
            if (*value % std::chrono::seconds(1) != milliseconds::zero())
              return ParseError{"is not a whole number of seconds"};
            return std::chrono::duration_cast<std::chrono::seconds>(*value);
          },
          [](std::chrono::seconds value) { return print_milliseconds(count(value)); },
          duration_form(count(least), count(most))};
}

Spelling<std::size_t> byte_size(std::size_t least, std::size_t most) {
  return {[=](std::string_view text) { return in_range<std::size_t>(parse_bytes(text), least, most); },
          print_bytes, size_form(least, most)};
}

}  // namespace duplexd
