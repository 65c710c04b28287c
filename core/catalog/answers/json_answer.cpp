#include "core/catalog/answers/json_answer.hpp"

#include "core/net/address/decimal.hpp"

#include <boost/json/parse.hpp>

namespace duplexd {

namespace json = boost::json;

Parsed<json::value> parse_json(std::string_view text) {
  json::parse_options options;
  options.max_depth = 16;
  boost::system::error_code error;
  auto value = json::parse({text.data(), text.size()}, error, {}, options);
  if (error) return ParseError{"is not JSON"};
  return Parsed<json::value>(boost::system::in_place_value, std::move(value));
}

const json::value* member(const json::value* value, std::string_view key) {
  const auto* const object = value ? value->if_object() : nullptr;
  return object ? object->if_contains({key.data(), key.size()}) : nullptr;
}

std::string_view text_member(const json::value* value, std::string_view key) {
  const auto* const found = member(value, key);
  const auto* const text = found ? found->if_string() : nullptr;
  return text ? std::string_view(text->data(), text->size()) : std::string_view();
}

std::optional<std::uint64_t> number_member(const json::value* value, std::string_view key) {
  const auto* const found = member(value, key);
  if (!found) return std::nullopt;
  if (const auto* const number = found->if_uint64()) return *number;
  if (const auto* const number = found->if_int64(); number && *number >= 0)
    return static_cast<std::uint64_t>(*number);
  return parse_decimal(text_member(value, key));
}

const json::array& list_member(const json::value* value, std::string_view key) {
  static const json::array none;
  const auto* const found = member(value, key);
  const auto* const list = found ? found->if_array() : nullptr;
  return list ? *list : none;
}

}  // namespace duplexd
