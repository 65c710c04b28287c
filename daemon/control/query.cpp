#include "daemon/control/query.hpp"

#include "core/config/spelling/wording.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <optional>

namespace duplexd {
namespace {

// RFC 3986, 2.3. Addresses are readable with these two as well, which a query may hold (3.4).
bool stands_for_itself(char c) {
  constexpr std::string_view others = "-._~:/";
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         others.find(c) != std::string_view::npos;
}

std::optional<char> decoded_byte(std::string_view digits) {
  unsigned byte = 0;
  if (digits.size() < 2) return std::nullopt;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + 2, byte, 16);
  if (error != std::errc() || end != digits.data() + 2) return std::nullopt;
  return static_cast<char>(byte);
}

std::optional<std::string> decoded(std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      result += text[i];
      continue;
    }
    const auto byte = decoded_byte(text.substr(i + 1));
    if (!byte) return std::nullopt;
    result += *byte;
    i += 2;
  }
  return result;
}

ParseError unknown(std::string_view name, const std::vector<std::string_view>& known) {
  return {fmt::format("there is no parameter '{}': {}", printable(name), fmt::join(known, ", "))};
}

/// Takes the first pair off `rest`.
std::string_view next_pair(std::string_view& rest) {
  const std::string_view pair = rest.substr(0, rest.find('&'));
  rest.remove_prefix(std::min(rest.size(), pair.size() + 1));
  return pair;
}

}  // namespace

Parsed<Query> parse_query(std::string_view target, const std::vector<std::string_view>& known) {
  Query query;
  const std::size_t mark = target.find('?');
  std::string_view rest = mark == std::string_view::npos ? "" : target.substr(mark + 1);
  while (!rest.empty()) {
    const std::string_view pair = next_pair(rest);
    const std::string_view name = pair.substr(0, pair.find('='));
    const auto value = decoded(pair.substr(std::min(pair.size(), name.size() + 1)));
    if (std::ranges::find(known, name) == known.end()) return unknown(name, known);
    if (!value) return ParseError{fmt::format("the value of {} is not percent-encoded", name)};
    if (!query.emplace(name, *value).second) return ParseError{fmt::format("{} is given twice", name)};
  }
  return query;
}

Parsed<std::string> name_parameter(const Query& query, std::string_view name) {
  const auto given = query.find(name);
  if (given == query.end()) return parsed_text("");
  if (given->second.empty()) return ParseError{fmt::format("{} is empty; leave it out for all", name)};
  return parsed_text(given->second);
}

std::string percent_encoded(std::string_view value) {
  std::string text;
  for (const char c : value) {
    if (stands_for_itself(c)) {
      text += c;
    } else {
      text += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return text;
}

}  // namespace duplexd
