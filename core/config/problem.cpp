// The text of a problem for people.
#include "core/config/loader.hpp"
#include "core/config/spelling/wording.hpp"

#include <boost/locale/utf.hpp>
#include <fmt/format.h>

#include <algorithm>

namespace duplexd {
namespace {

constexpr std::size_t shown_before_caret = 60;
constexpr std::size_t shown_behind_caret = 40;

bool inside_character(std::string_view text, std::size_t at) {
  return at < text.size() && boost::locale::utf::utf_traits<char>::is_trail(text[at]);
}

std::size_t width(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(
      text.begin(), text.end(), [](char c) { return !boost::locale::utf::utf_traits<char>::is_trail(c); }));
}

/// The source line, cut around the caret, and the caret below.
std::string picture(std::string_view line, std::size_t column) {
  const std::size_t caret = std::min(column - 1, line.size());
  std::size_t begin = caret > shown_before_caret ? caret - shown_before_caret : 0;
  std::size_t end = std::min(line.size(), caret + shown_behind_caret);
  while (inside_character(line, begin) && begin < caret) ++begin;
  while (inside_character(line, end)) ++end;

  const std::string before = (begin > 0 ? "..." : "") + printable(line.substr(begin, caret - begin));
  const std::string behind = printable(line.substr(caret, end - caret)) + (end < line.size() ? "..." : "");
  return fmt::format("{}{}\n{:>{}}", before, behind, '^', width(before) + 1);
}

}  // namespace

std::string to_string(const Problem& problem) {
  const std::string file = printable(problem.file);
  if (problem.line == 0) return fmt::format("{}: error: {}", file, problem.what);
  auto text = fmt::format("{}:{}:{}: error: {}", file, problem.line, problem.column, problem.what);
  if (!problem.source_line.empty()) text += "\n" + picture(problem.source_line, problem.column);
  return text;
}

}  // namespace duplexd
