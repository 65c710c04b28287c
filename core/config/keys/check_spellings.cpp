#include "core/config/keys/check_spellings.hpp"

#include "core/net/address/decimal.hpp"

#include <algorithm>
#include <array>

namespace duplexd {
namespace {

constexpr std::string_view hidden = "***";
constexpr std::array<std::string_view, 3> secret_headers{"authorization", "cookie", "proxy-authorization"};

/// A character of a token (RFC 9110, 5.6.2).
bool is_token(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return result;
}

bool is_secret(const HttpHeader& header) {
  return std::ranges::find(secret_headers, lower(header.name)) != secret_headers.end();
}

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

Parsed<HttpHeader> parse_header(std::string_view text) {
  const auto colon = text.find(':');
  const auto name = text.substr(0, colon);
  if (colon == std::string_view::npos || name.empty() || !std::ranges::all_of(name, is_token))
    return ParseError{"is no header"};
  if (lower(name) == "host") return ParseError{"has a key of its own, which is host"};
  return HttpHeader{std::string(name), std::string(trimmed(text.substr(colon + 1)))};
}

Parsed<StatusRange> parse_statuses(std::string_view text) {
  const auto hyphen = text.find('-');
  const auto first = parse_decimal(text.substr(0, hyphen));
  const auto last = hyphen == std::string_view::npos ? first : parse_decimal(text.substr(hyphen + 1));
  if (!first || !last || *first < 100 || *last > 599 || *first > *last) return ParseError{"is no status"};
  return StatusRange{static_cast<unsigned>(*first), static_cast<unsigned>(*last)};
}

std::string print_statuses(const StatusRange& range) {
  return range.first == range.last ? fmt::format("{}", range.first)
                                   : fmt::format("{}-{}", range.first, range.last);
}

}  // namespace

Spelling<CheckType> check_type() {
  using enum CheckType;
  return one_of<CheckType>({{"off", off},
                            {"tcp", tcp},
                            {"tls", tls},
                            {"exchange", exchange},
                            {"http", http},
                            {"https", https},
                            {"redis", redis},
                            {"postgres", postgres},
                            {"mysql", mysql},
                            {"smtp", smtp},
                            {"ldap", ldap}});
}

Spelling<StatusRange> status_range() {
  return {parse_statuses,
          print_statuses,
          {"a status or a range of them, such as 200 or 200-399",
           {},
           "",
           {R"({"type": "integer", "minimum": 100, "maximum": 599})",
            text_schema("^[1-5][0-9][0-9](-[1-5][0-9][0-9])?$")}}};
}

Spelling<HttpHeader> http_header() {
  return {
      parse_header,
      [](const HttpHeader& header) {
        return yaml_scalar(fmt::format("{}: {}", header.name, is_secret(header) ? hidden : header.value));
      },
      {R"(a name and a value in quotes, such as "Accept: text/plain")", {}, "", {text_schema("^[^: ]+:")}}};
}

Spelling<std::string> request_word(std::string_view expected) {
  return {[](std::string_view text) -> Parsed<std::string> {
            if (text.empty() || text.find(' ') != std::string_view::npos)
              return ParseError{"is empty or has a space"};
            return parsed_text(std::string(text));
          },
          [](const std::string& text) { return yaml_scalar(text); },
          {std::string(expected), {}, "", {text_schema("^[^ ]+$")}}};
}

Spelling<std::string> any_text() {
  return {[](std::string_view text) { return parsed_text(std::string(text)); },
          [](const std::string& text) { return yaml_scalar(text); },
          {"a text", {}, "", {text_schema("")}}};
}

Spelling<std::string> text_or(std::string_view word, Spelling<std::string> other) {
  if (word.empty()) return other;
  return {[word, parse = other.parse](std::string_view text) {
            return text == word ? parsed_text("") : parse(text);
          },
          [word, print = other.print](const std::string& text) {
            return text.empty() ? std::string(word) : print(text);
          },
          form_with(word, std::move(other.form))};
}

Spelling<std::string> absolute_path_or(std::string_view word, std::string_view such_as) {
  return text_or(word, {[](std::string_view text) -> Parsed<std::string> {
                          if (!text.starts_with('/')) return ParseError{"is no absolute path"};
                          return parsed_text(std::string(text));
                        },
                        [](const std::string& path) { return yaml_scalar(path); },
                        {fmt::format("a path such as {}", such_as), {}, "", {text_schema("^/")}}});
}

Spelling<std::string> secret() {
  auto spelling = any_text();
  spelling.print = [](const std::string& text) { return yaml_scalar(text.empty() ? "" : hidden); };
  return spelling;
}

}  // namespace duplexd
