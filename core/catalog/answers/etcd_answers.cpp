#include "core/catalog/answers/etcd_answers.hpp"

#include "core/catalog/answers/base64.hpp"
#include "core/catalog/answers/json_answer.hpp"
#include "core/config/spelling/wording.hpp"

#include <boost/json/serialize.hpp>
#include <fmt/format.h>

namespace duplexd {
namespace {

namespace json = boost::json;

constexpr std::size_t longest_message = 200;

std::string words(std::string_view message) { return printable(message.substr(0, longest_message)); }

/// The first key behind all that begin with the prefix. "\0" is behind all keys.
std::string end_of(std::string prefix) {
  while (!prefix.empty() && prefix.back() == '\xff') prefix.pop_back();
  if (prefix.empty()) return std::string(1, '\0');
  ++prefix.back();
  return prefix;
}

json::object keys_of(std::string_view prefix) {
  return {{"key", to_base64(prefix)}, {"range_end", to_base64(end_of(std::string(prefix)))}};
}

/// A field that protobuf leaves out is empty.
Parsed<EtcdValue> value_of(const json::value& pair, bool is_deleted) {
  const auto key = from_base64(text_member(&pair, "key"));
  const auto value = from_base64(text_member(&pair, "value"));
  if (!key || key->empty() || !value) return ParseError{"has a key or a value that is not in base64"};
  return EtcdValue{*key, is_deleted ? std::nullopt : value};
}

}  // namespace

std::string etcd_range_request(std::string_view prefix, std::size_t most) {
  auto request = keys_of(prefix);
  request["limit"] = fmt::to_string(most);
  return json::serialize(request);
}

std::string etcd_watch_request(std::string_view prefix, std::uint64_t revision) {
  auto request = keys_of(prefix);
  request["start_revision"] = fmt::to_string(revision);
  return json::serialize(json::object{{"create_request", std::move(request)}});
}

std::string etcd_login_request(std::string_view user, std::string_view password) {
  return json::serialize(json::object{{"name", json::string_view(user.data(), user.size())},
                                      {"password", json::string_view(password.data(), password.size())}});
}

Parsed<EtcdRange> parse_etcd_range(std::string_view text) {
  const auto answer = parse_json(text);
  if (!answer) return answer.error();
  const auto revision = number_member(member(&*answer, "header"), "revision");
  if (!revision || *revision == 0) return ParseError{"has no revision"};
  EtcdRange range{*revision, {}};
  for (const auto& pair : list_member(&*answer, "kvs")) {
    auto value = value_of(pair, false);
    if (!value) return value.error();
    range.values.push_back(*std::move(value));
  }
  return range;
}

Parsed<EtcdNews> parse_etcd_news(std::string_view line) {
  const auto answer = parse_json(line);
  if (!answer) return answer.error();
  const auto* const result = member(&*answer, "result");
  EtcdNews news;
  news.compact_revision = number_member(result, "compact_revision").value_or(0);
  const auto* const canceled = member(result, "canceled");
  news.ended = !result || news.compact_revision > 0 || (canceled && *canceled == true);
  news.reason = result ? words(text_member(result, "cancel_reason")) : etcd_error(line);
  for (const auto& event : list_member(result, "events")) {
    const auto* const pair = member(&event, "kv");
    auto value = pair ? value_of(*pair, text_member(&event, "type") == "DELETE")
                      : Parsed<EtcdValue>(ParseError{"has an event without a key"});
    if (!value) return value.error();
    news.values.push_back(*std::move(value));
  }
  return news;
}

Parsed<std::string> parse_etcd_token(std::string_view text) {
  const auto answer = parse_json(text);
  if (!answer) return answer.error();
  const auto token = text_member(&*answer, "token");
  if (token.empty() || printable(token) != token || token.find(' ') != token.npos)
    return ParseError{"has no token"};
  return Parsed<std::string>(boost::system::in_place_value, token);
}

std::string etcd_error(std::string_view text) {
  const auto answer = parse_json(text);
  if (!answer) return "";
  const auto* const error = member(&*answer, "error");
  const auto* const in_stream = error && error->is_object() ? error : &*answer;
  const auto message = text_member(in_stream, "message");
  return words(message.empty() ? text_member(&*answer, "error") : message);
}

}  // namespace duplexd
