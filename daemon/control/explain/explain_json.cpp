#include "daemon/control/explain/explain_json.hpp"

#include "daemon/cli/route_text.hpp"
#include "daemon/control/explain/explain_words.hpp"
#include "daemon/control/json_text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace duplexd {
namespace {

namespace json = boost::json;

json::value told_or_null(std::string_view value) {
  return value.empty() ? json::value(nullptr) : json::value(text(value));
}

std::string path_of(const Explanation& told, std::string_view key) {
  return fmt::format("listeners.{}.{}", told.listener->name, key);
}

json::object client_json(const Explanation& told, const ExplainContext& context) {
  const ExplainQuestion& question = context.question;
  return {{"source", question.client.to_string()},
          {"server_name", question.server_name ? json::value(text(*question.server_name)) : nullptr},
          {"came_to", told.came_to.to_string()},
          {"role", text(to_word(told.role))},
          {"proxied", question.proxied}};
}

/// What the answer takes for granted of the client, because nobody said otherwise.
json::array assumed_json(const Explanation& told, const ExplainContext& context) {
  const ExplainQuestion& question = context.question;
  json::array all;
  if (told.role == PeerRole::proxy)
    all.emplace_back("it is a proxy that speaks for itself; --proxied asks about a client that it names");
  const auto hears = [&](Greeting::Step step) { return std::ranges::count(told.greeting, step) > 0; };
  if (hears(Greeting::Step::hello) && !told.hears_hello)
    all.emplace_back("it does not speak TLS; --sni NAME asks about one that does");
  const auto asks_for_protocol = [](const RouteConfig& route) { return !route.alpn.empty(); };
  if (told.hears_hello && std::ranges::any_of(told.listener->routes, asks_for_protocol))
    all.emplace_back("it offers no protocol (ALPN)");
  if (!question.port && told.listener->bind.size() > 1)
    all.emplace_back(text(fmt::format("it comes to {}; --port names another one", told.came_to.to_string())));
  return all;
}

json::object end_json(const Explanation& told) {
  return {{"kind", text(to_word(told.end.kind))},
          {"by", told_or_null(to_word(told.end.by))},
          {"reason", told.end.reason ? json::value(text(to_word(*told.end.reason))) : nullptr},
          {"words", sentence_of(told)}};
}

json::array limits_json(const Explanation& told, const Written& written) {
  json::array all;
  for (const ExplainedLimit& limit : told.limits)
    all.push_back(json::object{{"limit", limit.path},
                               {"used", limit.used ? json::value(*limit.used) : nullptr},
                               {"most", limit.most},
                               {"says", text(to_word(limit.says))},
                               {"place", told_or_null(written.place(limit.path))}});
  return all;
}

json::object access_json(const Explanation& told, const ExplainContext& context) {
  const AccessConfig& access = told.listener->access;
  Written::Item item;
  if (told.access == AccessRule::denied || told.access == AccessRule::allowed)
    item = context.written.network_with(
        path_of(told, told.access == AccessRule::denied ? "access.deny" : "access.allow"),
        context.question.client);
  if (told.access == AccessRule::not_allowed)
    item.place = context.written.place(path_of(told, "access.allow"));
  return {{"rule", text(to_word(told.access))},
          {"admits", admits(told.access)},
          {"dry_run", access.dry_run},
          {"network", told_or_null(item.text)},
          {"place", told_or_null(item.place)}};
}

json::array greeting_json(const Explanation& told) {
  json::array all;
  for (const Greeting::Step step : told.greeting)
    all.push_back(json::object{{"step", text(to_word(step))}, {"words", text(sentence_of(step))}});
  return all;
}

json::array routes_json(const Explanation& told, const ExplainContext& context) {
  json::array all;
  for (const ExplainedRoute& each : told.routes) {
    const RouteConfig& route = told.listener->routes[each.index];
    const std::string path = path_of(told, fmt::format("routes[{}].", each.index));
    all.push_back(json::object{{"index", each.index},
                               {"route", route_text(context.config, route)},
                               {"chosen", each.mismatch == Mismatch::none},
                               {"mismatch", told_or_null(to_word(each.mismatch))},
                               {"why", told_or_null(sentence_of(each.mismatch))},
                               {"place", told_or_null(context.written.place_below(path))}});
  }
  return all;
}

}  // namespace

json::object settings_json(const std::vector<Setting>& settings,
                           std::initializer_list<std::string_view> begins) {
  json::object all;
  for (const Setting& setting : settings) {
    const auto is_one = [&](std::string_view begin) { return setting.key.starts_with(begin); };
    if (std::ranges::any_of(begins, is_one)) all[text(setting.key)] = setting.value;
  }
  return all;
}

json::object explain_json(const Explanation& told, const ExplainContext& context) {
  return {{"listener", told.listener->name},
          {"place", told_or_null(context.written.place_below(path_of(told, "")))},
          {"client", client_json(told, context)},
          {"assumed", assumed_json(told, context)},
          {"end", end_json(told)},
          {"limits", limits_json(told, context.written)},
          {"access", access_json(told, context)},
          {"greeting", greeting_json(told)},
          {"routes", routes_json(told, context)},
          {"timeouts", settings_json(settings(*told.listener), {"timeouts."})},
          {"upstream", told.upstream ? json::value(explained_upstream_json(told, context)) : nullptr}};
}

}  // namespace duplexd
