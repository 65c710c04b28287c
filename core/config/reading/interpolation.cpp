#include "core/config/reading/map_reader.hpp"
#include "core/config/spelling/wording.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace duplexd {
namespace {

constexpr std::size_t longest_result = 64 * 1024;

bool is_variable_name(std::string_view text) {
  const auto is_word = [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  };
  return !text.empty() && !(text[0] >= '0' && text[0] <= '9') &&
         std::all_of(text.begin(), text.end(), is_word);
}

/// `reference` is the text between ${ and }.
Parsed<std::string> look_up(std::string_view reference, const Environment& environment) {
  const auto separator = reference.find(":-");
  const auto name = reference.substr(0, separator);
  if (!is_variable_name(name))
    return ParseError{fmt::format("{} is not a reference; write ${{NAME}} or ${{NAME:-default}}",
                                  in_quotes(fmt::format("${{{}}}", reference)))};
  auto value = environment(name);
  if (value && (!value->empty() || separator == std::string_view::npos))
    return parsed_text(*std::move(value));
  if (separator != std::string_view::npos) return parsed_text(std::string(reference.substr(separator + 2)));
  return ParseError{
      fmt::format("the environment variable {0} is not set; set it or write ${{{0}:-default}}", name)};
}

/// Takes the reference off the beginning of `text`, which begins with '$'.
Parsed<std::string> take_reference(std::string_view& text, const Environment& environment) {
  if (text.starts_with("$$")) {
    text.remove_prefix(2);
    return parsed_text("$");
  }
  const auto end = text.find('}');
  if (!text.starts_with("${") || end == std::string_view::npos)
    return ParseError{
        "'$' begins a reference, ${NAME} or ${NAME:-default}; write $$ for the character itself"};
  const auto reference = text.substr(2, end - 2);
  text.remove_prefix(end + 1);
  return look_up(reference, environment);
}

}  // namespace

Parsed<std::string> interpolate(std::string_view text, const Environment& environment) {
  std::string result;
  while (!text.empty()) {
    const auto plain = text.substr(0, text.find('$'));
    result += plain;
    text.remove_prefix(plain.size());
    if (text.empty()) break;
    auto value = take_reference(text, environment);
    if (!value) return value;
    result += *value;
    if (result.size() > longest_result)
      return ParseError{
          fmt::format("longer than {} KiB with its variables filled in", longest_result / 1024)};
  }
  return parsed_text(std::move(result));
}

}  // namespace duplexd
