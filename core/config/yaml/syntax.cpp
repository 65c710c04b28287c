#include "core/config/yaml/problems.hpp"

#include <boost/locale/utf.hpp>
#include <fmt/format.h>

namespace duplexd {
namespace {

bool is_text(unsigned char c) { return c >= 0x20 ? c != 0x7f : c == '\t' || c == '\n' || c == '\r'; }

bool has(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

bool is_indented_by_tab(std::string_view line) {
  const auto first = line.find_first_not_of(' ');
  return first != std::string_view::npos && line[first] == '\t';
}

bool begins_value(std::string_view line, char c) {
  for (auto at = line.find(c); at != std::string_view::npos; at = line.find(c, at + 1))
    if (at == 0 || has(" [{,", line.substr(at - 1, 1))) return true;
  return false;
}

std::string_view hint(std::string_view message, std::string_view line) {
  if (is_indented_by_tab(line)) return "the line is indented with a tab; use spaces";
  if (has(line, "${") && (has(line, "[") || begins_value(line, '{')))
    return R"(inside { } and [ ], put a reference in quotes: "${NAME}")";
  if (has(line, "]:")) return R"(put an IPv6 address in quotes: "[::1]:80")";
  if (has(line, "*.")) return R"(put a name with a '*' in quotes: "*.example.com")";
  if (begins_value(line, '*'))
    return R"(put it in quotes: "*:80", all of IPv4; ":80" is all of IPv4 and IPv6)";
  if (has(line, "..") && has(line, "{")) return R"(inside [ ], put a range in quotes: "web-{1..20}:80")";
  for (const std::string_view word : {"anchor", "alias", "tag"})
    if (has(message, word)) return "anchors, aliases and tags are not supported";
  for (const char c : {'@', '%', '`'})
    if (begins_value(line, c)) return "a value that begins with @, % or ` needs quotes";
  if (has(line, "[")) return "is every '[' closed by a ']'?";
  if (has(line, "{")) return "is every '{' closed by a '}'?";
  return "look at the indentation here, and for a value with ': ' that needs quotes";
}

}  // namespace

std::optional<TextFlaw> find_flaw(std::string_view text) {
  if (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF"))
    return TextFlaw{0, "the file is in UTF-16 or UTF-32; save it as UTF-8"};
  for (auto at = text.begin(); at != text.end();) {
    const auto start = at;
    const auto c = boost::locale::utf::utf_traits<char>::decode(at, text.end());
    const auto offset = static_cast<std::size_t>(start - text.begin());
    if (!boost::locale::utf::is_valid_codepoint(c)) return TextFlaw{offset, "this is not UTF-8"};
    if (c < 0x80 && !is_text(static_cast<unsigned char>(c)))
      return TextFlaw{offset, fmt::format("the control character \\x{:02x} does not belong into a text", c)};
  }
  return std::nullopt;
}

// The parser's message may quote a byte that is no text, such as its own mark of the end.
std::string explain_syntax_error(std::string_view message, std::string_view line) {
  std::string words(message);
  std::erase_if(words, [](char c) { return !is_text(static_cast<unsigned char>(c)); });
  return fmt::format("this is not YAML ({}); {}", words, hint(message, line));
}

}  // namespace duplexd
