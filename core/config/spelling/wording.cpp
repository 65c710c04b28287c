#include "core/config/spelling/wording.hpp"

#include <boost/locale/utf.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <limits>
#include <numeric>
#include <utility>

namespace duplexd {
namespace {

using Utf8 = boost::locale::utf::utf_traits<char>;
using boost::locale::utf::code_point;

constexpr std::size_t longest_quote = 64;
constexpr std::size_t longest_word = 64;  // in suggestions, whose cost grows with the square
constexpr std::size_t most_candidates = 256;

bool is_control(code_point c) {
  const bool c0_or_c1 = c < 0x20 || (c >= 0x7f && c < 0xa0);
  const bool separator_or_direction = (c >= 0x2028 && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
  return c0_or_c1 || separator_or_direction;
}

std::string escape(code_point c) {
  if (c == '\t') return "\\t";
  return c < 0x100 ? fmt::format("\\x{:02x}", c) : fmt::format("\\u{:04x}", c);
}

std::string_view clipped(std::string_view text) {
  if (text.size() <= longest_quote) return text;
  std::size_t end = longest_quote;
  while (end > 0 && Utf8::is_trail(text[end])) --end;
  return text.substr(0, end);
}

/// Insertions, deletions, replacements and swaps of neighbours that turn `a` into `b` (optimal string
/// alignment).
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before_last, last(b.size() + 1), row(b.size() + 1);
  std::iota(last.begin(), last.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, replaced});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        row[j] = std::min(row[j], before_last[j - 2] + 1);
    }
    before_last = std::exchange(last, row);
  }
  return last[b.size()];
}

}  // namespace

std::string printable(std::string_view text) {
  std::string result;
  for (auto at = text.begin(); at != text.end();) {
    const auto start = at;
    const code_point c = Utf8::decode(at, text.end());
    if (!boost::locale::utf::is_valid_codepoint(c)) {
      at = start + 1;
      result += escape(static_cast<unsigned char>(*start));
    } else if (is_control(c)) {
      result += escape(c);
    } else {
      result.append(start, at);
    }
  }
  return result;
}

std::string in_quotes(std::string_view text) {
  const auto shown = clipped(text);
  return fmt::format("'{}{}'", printable(shown), shown.size() < text.size() ? "..." : "");
}

std::string either_of(const std::vector<std::string_view>& words) {
  std::string result;
  for (std::size_t i = 0; i < words.size(); ++i)
    result += fmt::format("{}{}", i == 0 ? "" : i + 1 == words.size() ? " or " : ", ", words[i]);
  return result;
}

std::string_view nearest(std::string_view word, const std::vector<std::string_view>& candidates) {
  if (word.size() > longest_word) return "";
  std::string_view result;
  std::size_t least = std::max<std::size_t>(1, word.size() / 3) + 1;
  for (std::size_t i = 0; i < std::min(candidates.size(), most_candidates); ++i) {
    if (candidates[i].size() > longest_word) continue;
    const std::size_t far = distance(word, candidates[i]);
    if (far >= least || far >= candidates[i].size()) continue;
    least = far;
    result = candidates[i];
  }
  return result;
}

std::string did_you_mean(std::string_view word, const std::vector<std::string_view>& candidates) {
  const auto meant = nearest(word, candidates);
  return meant.empty() ? "" : fmt::format("; did you mean {}?", in_quotes(meant));
}

}  // namespace duplexd
