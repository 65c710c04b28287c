#include "core/config/reading/binds.hpp"
#include "core/config/reading/checks/socket_checks.hpp"
#include "core/config/reading/documents.hpp"
#include "core/config/reading/route_checks.hpp"
#include "core/config/reading/upstreams.hpp"
#include "core/config/spelling/wording.hpp"
#include "core/config/system.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

namespace duplexd {
namespace {

constexpr std::size_t most_named = 8;  // in one message

/// Reads the name of an upstream as its index.
Spelling<std::size_t> upstream_name(const Documents& documents) {
  std::map<std::string, std::size_t, std::less<>> index;
  Spelling<std::size_t> spelling;
  auto& [expected, words, range, schema, in_quotes] = spelling.form;
  for (const auto& upstream : documents.upstreams()) {
    index.emplace(upstream.name, index.size());
    words.push_back(upstream.name);
  }
  spelling.parse = [index = std::move(index), &documents](std::string_view text) -> Parsed<std::size_t> {
    if (const auto found = index.find(text); found != index.end()) return found->second;
    if (documents.incomplete() || documents.has_upstream(text)) return std::size_t{0};
    const bool is_own = documents.has_listener(text);
    return ParseError{is_own ? "is a listener: what it has of its own serves no other" : "is no upstream"};
  };
  spelling.print = [&documents](std::size_t at) {
    return at < documents.upstreams().size() ? yaml_scalar(documents.upstreams()[at].name) : "";
  };
  expected = words.size() > most_named ? "the name of one" : either_of(words);
  if (words.empty()) expected = "one below 'upstreams:'";
  return spelling;
}

std::vector<ListenerConfig> read_listeners(Reading& reading, const Documents& documents,
                                           const ListenerConfig& defaults, OwnUpstreams& own) {
  std::vector<ListenerConfig> listeners;
  for (const auto& [name, entry] : documents.listeners()) {
    auto& listener = listeners.emplace_back(defaults);
    listener.name = name;
    listener.upstream.reset();  // routes may stand in its place
    MapReader::read_map(reading, entry, "listeners." + name, "defaults", [&](MapReader& map) {
      read_keys(map, listener_keys(), listener);
      own.read(map, listener);
      check_routes(map, listener);
      refuse_bound_twice(map, listener);
      check_client_sockets(map, listener);
    });
  }
  return listeners;
}

/// A socket of our own goes with the process, and nobody would start the next one for its clients.
void check_exit_when_idle(Reading& reading, const Documents& documents, const Config& config) {
  if (config.exit_when_idle.count() == 0) return;
  for (std::size_t i = 0; i < config.listeners.size(); ++i) {
    const ListenerConfig& listener = config.listeners[i];
    const auto own = std::ranges::find_if(
        listener.bind, [](const BindAddress& bind) { return bind.kind != BindAddress::Kind::inherited; });
    if (own == listener.bind.end()) continue;
    reading.problems.add(documents.listeners()[i].entry->place,
                         fmt::format("listeners.{}: exit_when_idle needs sockets of systemd (bind: "
                                     "systemd:NAME), because nobody starts duplexd for the clients of {}",
                                     listener.name, in_quotes(own->to_string())));
  }
}

Config read_all(Reading& reading, const std::string& name, std::string text) {
  Documents documents(reading);
  auto head = documents.read(name, std::move(text));
  auto& config = head.config;
  reading.dependent.upstream = upstream_name(documents);
  OwnUpstreams own(documents, head.upstream);
  config.listeners = read_listeners(reading, documents, head.listener, own);
  config.upstreams = read_upstreams(reading, documents, head.upstream);
  std::ranges::move(own.take(), std::back_inserter(config.upstreams));
  if (!documents.has_listeners() && !documents.incomplete())
    reading.problems.add({0, 1, 1}, "no listeners; write at least one below 'listeners:'");
  if (reading.problems.empty()) check_ports_of_listeners(reading, documents, config);
  if (reading.problems.empty()) check_exit_when_idle(reading, documents, config);
  return std::move(config);
}

/// Those of the files of endpoints come last, as far as there is room.
std::vector<Problem> all_problems(const Reading& reading) {
  auto problems = reading.problems.in_order(reading.sources);
  for (const auto& problem : reading.in_endpoints_files)
    if (problems.size() < Problems::shown) problems.push_back(problem);
  return problems;
}

}  // namespace

LoadedConfig read_config(const std::string& name, std::string text, const System& system) {
  Reading reading(system);
  auto config = read_all(reading, name, std::move(text));
  if (auto problems = all_problems(reading); !problems.empty()) return {nullptr, std::move(problems), {}};
  return {std::make_shared<const Config>(std::move(config)),
          {},
          std::move(reading.effective),
          std::move(reading.items)};
}

}  // namespace duplexd
