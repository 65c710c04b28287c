#include "tests/support/first_release/first_release.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include <fstream>
#include <iterator>
#include <utility>
#include <vector>

namespace duplexd::test {
namespace {

namespace json = boost::json;

json::value read_file() {
  std::ifstream file(DUPLEXD_SOURCE_DIR "/tests/support/first_release/handover.json");
  return json::parse(std::string(std::istreambuf_iterator(file), {}));
}

std::string lacks_member(const json::object& written, const json::object& needed) {
  for (const auto& [key, value] : needed) {
    const json::value* const found = written.if_contains(key);
    const std::string place = found ? lacks(*found, value) : "is missing";
    if (!place.empty()) return fmt::format("{}: {}", std::string_view(key), place);
  }
  return "";
}

std::string lacks_element(const json::array& written, const json::array& needed) {
  if (written.size() < needed.size()) return "is too short";
  for (std::size_t i = 0; i < needed.size(); ++i) {
    if (const std::string place = lacks(written[i], needed[i]); !place.empty())
      return fmt::format("{}: {}", i, place);
  }
  return "";
}

bool is_same_kind(const json::value& one, const json::value& other) {
  return one.kind() == other.kind() || (one.is_number() && other.is_number());
}

/// Calls `visit` for each value below and including `value`.
void for_each(json::value& value, const std::function<void(json::value&)>& visit) {
  visit(value);
  if (value.is_object()) {
    for (auto& member : value.as_object()) for_each(member.value(), visit);
  } else if (value.is_array()) {
    for (json::value& element : value.as_array()) for_each(element, visit);
  }
}

}  // namespace

const json::object& first_release() {
  static const json::value all = read_file();
  return all.as_object();
}

std::string first_release_text(std::string_view kind) { return json::serialize(first_release().at(kind)); }

std::string lacks(const json::value& written, const json::value& needed) {
  if (!is_same_kind(written, needed)) return "has another type";
  if (needed.is_object()) return lacks_member(written.as_object(), needed.as_object());
  if (needed.is_array()) return lacks_element(written.as_array(), needed.as_array());
  return "";
}

json::value of_later_release(json::value value, std::string_view word) {
  for_each(value, [&](json::value& each) {
    if (each.is_object()) each.as_object()["added_later"] = 1;
    if (each.is_string() && each.as_string() == word) each = "boredom";
  });
  return value;
}

void replace_each(json::value& whole, const std::function<void(const json::value&)>& look) {
  std::vector<json::value*> places;
  for_each(whole, [&](json::value& each) { places.push_back(&each); });
  for (json::value* const place : places) {
    json::value before = std::move(*place);  // what is in it stays where it is
    for (const json::value& other : {json::value(nullptr), json::value(-1), json::value("x"),
                                     json::value(json::array{1}), json::value(json::object{{"x", 1}})}) {
      *place = other;
      look(whole);
    }
    *place = std::move(before);
  }
}

}  // namespace duplexd::test
