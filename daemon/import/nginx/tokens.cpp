#include "daemon/import/nginx/tokens.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace duplexd::importing::nginx {
namespace {

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }
bool is_mark(char c) { return c == '{' || c == '}' || c == ';'; }

class Tokenizer {
 public:
  explicit Tokenizer(std::string_view rest) : rest_(rest) {}

  std::optional<ParseError> take() {
    const char c = rest_.front();
    if (c == '"' || c == '\'') return take_quoted(c);
    if (is_mark(c)) add({line_, std::string(1, c), false});
    if (is_space(c) || is_mark(c))
      skip(1);
    else if (c == '#')
      skip(std::min(rest_.find('\n'), rest_.size()));
    else
      take_word();
    return std::nullopt;
  }
  bool done() const { return rest_.empty(); }

  std::vector<Token> tokens{};

 private:
  void add(Token token) { tokens.push_back(std::move(token)); }

  void skip(std::size_t count) {
    const auto skipped = rest_.substr(0, count);
    line_ += static_cast<std::size_t>(std::ranges::count(skipped, '\n'));
    rest_.remove_prefix(skipped.size());
  }

  void take_character(std::string& text) {
    if (rest_.front() == '\\') return take_escaped(text);
    text += rest_.front();
    skip(1);
  }

  /// What a backslash makes of the next character: \n, \r, \t, or itself where it is a quote or a backslash.
  void take_escaped(std::string& text) {
    const char next = rest_.size() > 1 ? rest_[1] : '\0';
    if (next == 'n')
      text += '\n';
    else if (next == 'r')
      text += '\r';
    else if (next == 't')
      text += '\t';
    else if (next == '"' || next == '\'' || next == '\\')
      text += next;
    else
      text += rest_.substr(0, 2);
    skip(2);
  }

  std::optional<ParseError> take_quoted(char quote) {
    Token token{line_};
    skip(1);
    while (!rest_.empty() && rest_.front() != quote) {
      take_character(token.text);
    }
    if (rest_.empty()) return ParseError{fmt::format("{}: a quote is not closed", token.line)};
    skip(1);
    add(std::move(token));
    return std::nullopt;
  }

  /// A brace behind a dollar sign belongs to a variable.
  void take_word() {
    Token token{line_};
    bool in_variable = false;
    while (!rest_.empty()) {
      const char c = rest_.front();
      if (is_space(c) || (is_mark(c) && !in_variable && !(c == '{' && token.text.ends_with('$')))) break;
      if (c == '{') in_variable = true;
      if (c == '}') in_variable = false;
      take_character(token.text);
    }
    add(std::move(token));
  }

  std::string_view rest_;
  std::size_t line_ = 1;
};

}  // namespace

Parsed<std::vector<Token>> tokens_of(std::string_view text) {
  Tokenizer tokenizer(text);
  while (!tokenizer.done())
    if (auto error = tokenizer.take()) return *error;
  return std::move(tokenizer.tokens);
}

}  // namespace duplexd::importing::nginx
