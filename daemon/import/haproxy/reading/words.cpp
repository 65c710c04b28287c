#include "daemon/import/haproxy/reading/words.hpp"

#include "core/config/spelling/escapes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace duplexd::importing::haproxy {
namespace {

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r'; }

bool is_of_variable(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

std::string_view trimmed_line(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

/// Reads the words of one line.
class LineReader {
 public:
  explicit LineReader(std::string_view rest) : rest_(rest) {}

  /// None: what is wrong is in `mistake`.
  std::optional<std::vector<std::string>> read() {
    while (!rest_.empty() && mistake.empty() && (quote_ != '\0' || rest_.front() != '#')) take_one();
    if (mistake.empty() && quote_ != '\0') mistake = "a quote is not closed";
    if (!mistake.empty()) return std::nullopt;
    return std::move(words_);
  }

  std::string mistake;

 private:
  void take_one() {
    const char c = rest_.front();
    const bool is_open = quote_ != '\0';
    if (!is_open && is_blank(c)) return end_word();
    if (c == '$' && quote_ == '"') return take_variable();
    if (c == '\\' && quote_ != '\'') return take_escape();
    if (is_open ? c == quote_ : c == '"' || c == '\'') return turn_quote(c);
    put(c == '$' ? "$$" : rest_.substr(0, 1), 1);
  }

  void end_word() {
    open_ = false;
    rest_.remove_prefix(1);
  }
  void turn_quote(char c) {
    quote_ = quote_ == '\0' ? c : '\0';
    put("", 1);  // "" is a word, too
  }
  /// Adds to the word, and takes so many bytes off the line.
  void put(std::string_view text, std::size_t taken) {
    if (!open_) words_.emplace_back();
    open_ = true;
    words_.back() += text;
    rest_.remove_prefix(std::min(taken, rest_.size()));
  }
  void fail(std::string_view what) { mistake = what; }

  /// \n, \r, \t, \xNN, and any character that stands for itself then.
  void take_escape() {
    if (rest_.size() < 2) return fail("nothing follows a backslash");
    const char next = rest_[1];
    if (next == '$') return put("$$", 2);
    const bool is_byte = next == 'n' || next == 'r' || next == 't' || next == 'x';
    if (!is_byte) return put(rest_.substr(1, 1), 2);
    const std::size_t length = next == 'x' ? 4 : 2;
    const auto bytes = unescape(rest_.substr(0, length));
    bytes ? put(*bytes, length) : fail("an escape is not one of \\n, \\r, \\t and \\xNN");
  }

  /// $NAME, ${NAME}, ${NAME-default}; any other dollar sign is one.
  void take_variable() {
    std::string_view text = rest_.substr(1);
    const bool braces = text.starts_with('{');
    if (braces) text.remove_prefix(1);
    const auto end = std::ranges::find_if_not(text, is_of_variable);
    const auto name = text.substr(0, static_cast<std::size_t>(end - text.begin()));
    if (name.empty() || (name[0] >= '0' && name[0] <= '9')) return put("$$", 1);
    const std::size_t before = rest_.size() - text.size();
    if (!braces) return put(fmt::format("${{{}}}", name), before + name.size());
    const auto close = text.find('}');
    if (close == std::string_view::npos) return fail("a brace of a variable is not closed");
    put_reference(name, text.substr(name.size(), close - name.size()), before + close + 1);
  }

  void put_reference(std::string_view name, std::string_view rest, std::size_t taken) {
    if (rest.empty()) return put(fmt::format("${{{}}}", name), taken);
    if (rest.starts_with('-')) return put(fmt::format("${{{}:-{}}}", name, rest.substr(1)), taken);
    fail("a variable is neither ${NAME} nor ${NAME-default}");
  }

  std::string_view rest_;
  std::vector<std::string> words_{};
  bool open_ = false;  // the last word goes on
  char quote_ = '\0';  // the one that is open
};

}  // namespace

Parsed<std::vector<Line>> lines_of(std::string_view text) {
  std::vector<Line> lines;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const auto end = std::min(text.find('\n'), text.size());
    const auto line = trimmed_line(text.substr(0, end));
    LineReader reader(line);
    auto words = reader.read();
    if (!words) return ParseError{fmt::format("{}: {}", number, reader.mistake)};
    if (!words->empty()) lines.push_back({number, std::string(line), *std::move(words)});
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

}  // namespace duplexd::importing::haproxy
