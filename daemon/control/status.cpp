#include "daemon/control/status.hpp"

#include "daemon/control/json_text.hpp"
#include "daemon/process.hpp"
#include "daemon/process_log.hpp"

#include <boost/json/value_from.hpp>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <unistd.h>

#include <algorithm>
#include <string_view>
#include <unordered_map>

namespace duplexd {
namespace {

namespace json = boost::json;

template <class Items>
bool has(const Items& items, const std::string& name) {
  return std::ranges::any_of(items, [&](const auto& item) { return item.name == name; });
}

std::string to_text(std::chrono::system_clock::time_point time) {
  return fmt::format("{:%FT%TZ}", std::chrono::floor<std::chrono::seconds>(time));
}

json::value to_json(const ReloadOutcome* outcome) {
  if (!outcome) return nullptr;
  return json::object{{"time", to_text(outcome->time)},
                      {"result", text(to_word(outcome->result))},
                      {"problems", texts(outcome->problems)}};
}

json::array to_json(const Totals& totals, const Config& config,
                    const std::vector<ListeningAddress>& addresses) {
  json::array listeners;
  for (const Totals::Listener& listener : totals.listeners) {
    const bool removed = !has(config.listeners, listener.name);
    if (removed && listener.live == 0) continue;
    json::array at;
    for (const ListeningAddress& one : addresses) {
      if (one.listener == listener.name) at.emplace_back(one.address.to_string());
    }
    listeners.push_back(json::object{{"name", listener.name},
                                     {"addresses", std::move(at)},
                                     {"live", listener.live},
                                     {"accepted", listener.accepted},
                                     {"upstream_bytes", listener.upstream_bytes},
                                     {"downstream_bytes", listener.downstream_bytes},
                                     {"spliced_bytes", listener.spliced_bytes},
                                     {"removed", removed}});
  }
  return listeners;
}

std::string to_text(const std::vector<SocketAddress>& addresses) {
  std::vector<std::string> texts;
  for (const SocketAddress& address : addresses) texts.push_back(address.to_string());
  return texts.empty() ? "-" : fmt::format("{}", fmt::join(texts, ", "));
}

/// The last look-up of an endpoint's host, if it failed.
json::value failure_json(const DialledName& name) {
  if (name.failure.empty()) return nullptr;
  return json::object{{"msg", text(name.failure)}, {"time", to_text(name.failed)}};
}

template <class Item>
using ByName = std::unordered_map<std::string_view, const Item*>;

template <class Item>
const Item* find(const ByName<Item>& items, std::string_view name) {
  const auto found = items.find(name);
  return found == items.end() ? nullptr : found->second;
}

ByName<EndpointConfig> endpoints_of(const UpstreamConfig* config) {
  ByName<EndpointConfig> endpoints;
  if (!config) return endpoints;
  for (const EndpointConfig& endpoint : config->endpoints) endpoints.emplace(endpoint.name, &endpoint);
  return endpoints;
}

ByName<DialledName> names_of(const std::vector<DialledName>& dialled) {
  ByName<DialledName> names;
  for (const DialledName& name : dialled) names.emplace(name.endpoint, &name);
  return names;
}

/// `config` is null if the upstream was removed.
json::array endpoints_json(const Totals::Upstream& upstream, const UpstreamConfig* config,
                           const std::vector<DialledName>& dialled) {
  const auto configured = endpoints_of(config);
  const auto names = names_of(dialled);
  json::array endpoints;
  for (const Totals::Endpoint& endpoint : upstream.endpoints) {
    const EndpointConfig* const known = find(configured, endpoint.name);
    const DialledName* const name = find(names, endpoint.name);
    if (!known && endpoint.live == 0) continue;
    endpoints.push_back(json::object{{"name", endpoint.name},
                                     {"address", name ? to_text(name->addresses) : "-"},
                                     {"resolve_failure", name ? failure_json(*name) : nullptr},
                                     {"weight", known ? known->weight : 0},
                                     {"live", endpoint.live},
                                     {"removed", known == nullptr}});
  }
  return endpoints;
}

json::array upstreams_json(const Totals& totals, const Server& server, const Config& config) {
  json::array upstreams;
  for (const Totals::Upstream& upstream : totals.upstreams) {
    const auto found = std::ranges::find(config.upstreams, upstream.name, &UpstreamConfig::name);
    const UpstreamConfig* known = found == config.upstreams.end() ? nullptr : &*found;
    json::array endpoints = endpoints_json(upstream, known, server.dialled(upstream.name));
    if (!known && endpoints.empty()) continue;
    upstreams.push_back(json::object{
        {"name", upstream.name}, {"connected", upstream.connected}, {"endpoints", std::move(endpoints)}});
  }
  return upstreams;
}

}  // namespace

std::string_view to_word(ProcessState state) noexcept {
  switch (state) {
    case ProcessState::serving:
      return "serving";
    case ProcessState::paused:
      return "paused";
    case ProcessState::stopping:
      break;
  }
  return "stopping";
}

json::value status_json(const Server& server, const Reloader& reloader, ProcessState state,
                        std::chrono::seconds uptime) {
  const Totals totals = server.totals();
  const EffectiveLimits& limits = server.limits();
  return json::object{{"version", text(program_version)},
                      {"pid", ::getpid()},
                      {"uptime_seconds", uptime.count()},
                      {"state", text(to_word(state))},
                      {"generation", reloader.generation()},
                      {"config", reloader.source()},
                      {"last_reload", to_json(reloader.last())},
                      {"pending_restart", texts(reloader.pending_restart())},
                      {"workers", limits.workers},
                      {"sessions", json::object{{"live", live_sessions(totals)}, {"limit", limits.sessions}}},
                      {"listeners", to_json(totals, reloader.running(), server.addresses())},
                      {"upstreams", upstreams_json(totals, server, server.config())}};
}

}  // namespace duplexd
