// What a check sends, and what it expects of an answer.
#include "core/config/keys/check_spellings.hpp"
#include "core/config/spelling/escapes.hpp"
#include "core/config/spelling/regex.hpp"

#include <array>

namespace duplexd {
namespace {

using How = TextMatch::How;

constexpr std::string_view sends_text = "send text ", sends_hex = "send hex ", expects = "expect ";

struct Verb {
  std::string_view word;
  How how;
};
constexpr std::array verbs{Verb{"prefix ", How::prefix}, Verb{"contains ", How::contains},
                           Verb{"regex ", How::regex}};

Parsed<TextMatch> parse_match_by(How how, std::string_view text) {
  if (text.empty()) return ParseError{"expects nothing"};
  if (how == How::regex) {
    const auto compiled = regex(text);
    return compiled ? Parsed<TextMatch>(TextMatch{how, std::string(text)}) : compiled.error();
  }
  auto bytes = unescape(text);
  if (!bytes) return bytes.error();
  return TextMatch{how, *std::move(bytes)};
}

Parsed<TextMatch> parse_match(std::string_view text) {
  for (const auto& [word, how] : verbs)
    if (text.starts_with(word)) return parse_match_by(how, text.substr(word.size()));
  return ParseError{"is not allowed"};
}

std::string print_match(const TextMatch& match) {
  for (const auto& [word, how] : verbs)
    if (how == match.how) return std::string(word) + (how == How::regex ? match.text : escape(match.text));
  return "any";
}

Parsed<ExchangeStep> to_send(Parsed<std::string> bytes) {
  if (!bytes) return bytes.error();
  return ExchangeStep{true, {How::anything, *std::move(bytes)}};
}

Parsed<ExchangeStep> parse_step(std::string_view text) {
  if (text.starts_with(sends_text)) return to_send(unescape(text.substr(sends_text.size())));
  if (text.starts_with(sends_hex)) return to_send(from_hex(text.substr(sends_hex.size())));
  if (!text.starts_with(expects)) return ParseError{"is no step"};
  auto match = parse_match(text.substr(expects.size()));
  if (!match) return match.error();
  return ExchangeStep{false, *std::move(match)};
}

}  // namespace

Spelling<TextMatch> text_match() {
  return {[](std::string_view text) {
            return text == "any" ? Parsed<TextMatch>(TextMatch{}) : parse_match(text);
          },
          [](const TextMatch& match) { return yaml_scalar(print_match(match)); },
          {"contains TEXT, prefix TEXT, regex REGEX, or any",
           {"any"},
           "",
           {text_schema("^(contains|prefix|regex) ."), words_schema({"any"})}}};
}

Spelling<ExchangeStep> exchange_step() {
  return {parse_step,
          [](const ExchangeStep& step) {
            return yaml_scalar(step.sends ? std::string(sends_text) + escape(step.bytes.text)
                                          : std::string(expects) + print_match(step.bytes));
          },
          {R"('send text TEXT', 'send hex 0d0a', 'expect prefix TEXT', 'expect contains TEXT' or )"
           R"('expect regex REGEX', without quotes or in single ones, where \r\n is left to duplexd)",
           {},
           "",
           {text_schema("^(send (text|hex)|expect (prefix|contains|regex)) .")}}};
}

}  // namespace duplexd
