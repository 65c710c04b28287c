#include "core/config/spelling/spelling.hpp"

#include "core/net/address/decimal.hpp"

#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <system_error>

namespace duplexd {
namespace {

Parsed<std::uint64_t> parse_number(std::string_view text) {
  const auto value = parse_decimal(text);
  if (!value) return ParseError{"is not a whole number in decimal digits"};
  return *value;
}

}  // namespace

std::string text_schema(std::string_view pattern) {
  return fmt::format(R"({{"type": "string", "pattern": "{}"}})", pattern);
}

std::string words_schema(const std::vector<std::string_view>& words) {
  return fmt::format(R"({{"enum": ["{}"]}})", fmt::join(words, R"(", ")"));
}

Form form_with(std::string_view word, Form other) {
  other.expected += fmt::format(", or {}", word);
  other.words.push_back(word);
  other.schema.push_back(words_schema({word}));
  return other;
}

Spelling<bool> boolean() {
  auto spelling = one_of<bool>({{"true", true}, {"false", false}});
  spelling.form.schema = {R"({"type": "boolean"})"};
  return spelling;
}

Spelling<std::uint64_t> whole_number(std::uint64_t least, std::uint64_t most) {
  const auto range = fmt::format("{} to {}", least, most);
  return {[=](std::string_view text) { return in_range<std::uint64_t>(parse_number(text), least, most); },
          [](std::uint64_t value) { return fmt::format("{}", value); },
          {fmt::format("a number from {}", range),
           {},
           range,
           {fmt::format(R"({{"type": "integer", "minimum": {}, "maximum": {}}})", least, most),
            text_schema("^(0|[1-9][0-9]*)$")}}};
}

Spelling<unsigned> percent(unsigned most) {
  const auto range = fmt::format("0% to {}%", most);
  const auto pattern = fmt::format("^([1-{}]?[0-9]|{}[0-{}])%$", most / 10 - 1, most / 10, most % 10);
  return {[=](std::string_view text) -> Parsed<unsigned> {
            if (!text.ends_with('%')) return ParseError{"is not a percentage"};
            return in_range<unsigned>(parse_number(text.substr(0, text.size() - 1)), 0, most);
          },
          [](unsigned value) { return fmt::format("{}%", value); },
          {fmt::format("a percentage from {}", range), {}, range, {text_schema(pattern)}}};
}

Spelling<mode_t> file_mode() {
  return {[](std::string_view text) -> Parsed<mode_t> {
            mode_t mode = 0;
            const auto parsed = std::from_chars(text.data(), text.data() + text.size(), mode, 8);
            const bool complete = parsed.ec == std::errc{} && parsed.ptr == text.data() + text.size();
            if (!complete || text.size() != 4 || text.front() != '0')
              return ParseError{"is not the mode of a socket"};
            return mode;
          },
          [](mode_t mode) { return fmt::format("\"0{:03o}\"", mode); },
          {R"(four octal digits in quotes, such as "0660")", {}, "", {text_schema("^0[0-7]{3}$")}, true}};
}

std::string yaml_scalar(std::string_view text) {
  const auto is_plain = [](char c) {
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' || c == '/';
  };
  const auto is_inner = [&](char c) { return is_plain(c) || c == '-' || c == '_' || c == ':'; };
  const bool plain = !text.empty() && is_plain(text.front()) && text.back() != ':' &&
                     std::all_of(text.begin(), text.end(), is_inner) && text != "null" && text != "Null" &&
                     text != "NULL";
  if (plain) return std::string(text);

  std::string result = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') result += '\\';
    if (c == '$') result += '$';
    result += c;
  }
  return result + '"';
}

std::string scalar_text(std::string_view scalar) {
  if (!scalar.starts_with('"')) return std::string(scalar);
  std::string text;
  for (std::size_t at = 1; at + 1 < scalar.size(); ++at) {
    if (scalar[at] == '\\' || scalar[at] == '$') ++at;
    text += scalar[at];
  }
  return text;
}

}  // namespace duplexd
