#include "core/config/spelling/spelling.hpp"

#include "core/net/address/decimal.hpp"

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

Spelling<bool> boolean() { return one_of<bool>({{"true", true}, {"false", false}}); }

Spelling<std::uint64_t> whole_number(std::uint64_t least, std::uint64_t most) {
  return {[=](std::string_view text) { return in_range<std::uint64_t>(parse_number(text), least, most); },
          [](std::uint64_t value) { return fmt::format("{}", value); },
          fmt::format("a number from {} to {}", least, most),
          {}};
}

Spelling<unsigned> percent(unsigned most) {
  return {[=](std::string_view text) -> Parsed<unsigned> {
            if (!text.ends_with('%')) return ParseError{"is not a percentage"};
            return in_range<unsigned>(parse_number(text.substr(0, text.size() - 1)), 0, most);
          },
          [](unsigned value) { return fmt::format("{}%", value); },
          fmt::format("a percentage from 0% to {}%", most),
          {}};
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
          R"(four octal digits in quotes, such as "0660")",
          {},
          true};
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
