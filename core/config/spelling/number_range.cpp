#include "core/config/spelling/number_range.hpp"

#include "core/config/spelling/wording.hpp"
#include "core/net/address/decimal.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <optional>

namespace duplexd {
namespace {

constexpr std::size_t most_digits = 9;

/// "{FIRST..LAST}" and what surrounds it, as views into the text.
struct RangeText {
  std::string_view before, first, last, behind;
};

std::optional<RangeText> split(std::string_view text) {
  const auto open = text.find('{');
  const auto dots = text.find("..", std::min(open, text.size()));
  const auto close = text.find('}', std::min(dots, text.size()));
  if (close == text.npos) return std::nullopt;
  return RangeText{text.substr(0, open), text.substr(open + 1, dots - open - 1),
                   text.substr(dots + 2, close - dots - 2), text.substr(close + 1)};
}

bool are_digits(std::string_view text) {
  return !text.empty() && text.size() <= most_digits && std::all_of(text.begin(), text.end(), is_digit);
}

bool has_leading_zero(std::string_view digits) { return digits.size() > 1 && digits.front() == '0'; }

std::uint64_t number_of(std::string_view digits) {
  digits.remove_prefix(std::min(digits.find_first_not_of('0'), digits.size() - 1));
  return parse_decimal(digits).value_or(0);
}

/// The number of digits that all have; 0: as many as each needs. None: the two ends disagree.
std::optional<std::size_t> width_of(const RangeText& range) {
  if (!has_leading_zero(range.first) && !has_leading_zero(range.last)) return 0;
  if (range.first.size() != range.last.size()) return std::nullopt;
  return range.first.size();
}

ParseError flaw(std::string_view text, std::string_view what) {
  return {fmt::format("{}: {}", in_quotes(text), what)};
}

}  // namespace

bool has_number_range(std::string_view text) {
  const auto range = split(text);
  return range && (are_digits(range->first) || are_digits(range->last));
}

Parsed<std::vector<std::string>> each_number(std::string_view text) {
  const auto range = split(text);
  if (!range || !are_digits(range->first) || !are_digits(range->last))
    return flaw(text, "a range of numbers is written {1..20}");
  if (has_number_range(range->behind)) return flaw(text, "one range of numbers is allowed");
  const auto width = width_of(*range);
  if (!width) return flaw(text, "with leading zeros, both ends have the same number of digits: {001..100}");
  const auto first = number_of(range->first), last = number_of(range->last);
  if (last < first)
    return flaw(text, fmt::format("the range runs backwards; write {{{}..{}}}", range->last, range->first));
  if (last - first >= most_in_range)
    return flaw(text, fmt::format("the range has {} numbers; {} at most", last - first + 1, most_in_range));
  std::vector<std::string> texts;
  for (auto number = first; number <= last; ++number)
    texts.push_back(fmt::format("{}{:0{}}{}", range->before, number, *width, range->behind));
  return texts;
}

}  // namespace duplexd
