#include "core/config/reading/documents.hpp"
#include "core/config/reading/sections.hpp"
#include "core/config/system.hpp"

#include <utility>

namespace duplexd {
namespace {

constexpr std::size_t most_named = 8;  // in one message

/// Reads the name of an upstream as its index.
Spelling<std::size_t> upstream_name(const Documents& documents) {
  std::map<std::string, std::size_t, std::less<>> index;
  Spelling<std::size_t> spelling;
  for (const auto& upstream : documents.upstreams()) {
    index.emplace(upstream.name, index.size());
    spelling.words.push_back(upstream.name);
  }
  const bool some_may_be_missing = documents.incomplete();
  spelling.parse = [index = std::move(index),
                    some_may_be_missing](std::string_view text) -> Parsed<std::size_t> {
    if (const auto found = index.find(text); found != index.end()) return found->second;
    if (some_may_be_missing) return std::size_t{0};
    return ParseError{"is no upstream"};
  };
  spelling.print = [&documents](std::size_t at) {
    return at < documents.upstreams().size() ? yaml_scalar(documents.upstreams()[at].name) : "";
  };
  spelling.expected = spelling.words.size() > most_named ? "the name of one" : either_of(spelling.words);
  if (spelling.words.empty()) spelling.expected = "one below 'upstreams:'";
  return spelling;
}

/// Reads everything but listeners and upstreams, because their names come from all files.
Defaults read_head(MapReader& top, Documents& documents, Config& config) {
  top.value("workers", config.workers, word_or("auto", 0u, number(1u, 256u)));
  top.section("log", [&](MapReader& log) { read_log(log, config.log); });
  top.section("control", [&](MapReader& control) { read_control(control, config.control); });
  top.section("limits", [&](MapReader& limits) {
    limits.value("sessions", config.max_sessions,
                 word_or<std::size_t>("auto", 0, number<std::size_t>(1, most_sessions)));
  });
  top.section("resolve",
              [&](MapReader& resolve) { read_start_timeout(resolve, config.resolve_start_timeout); });
  auto defaults = read_defaults(top, config);
  documents.take_names(top);
  documents.include(top);
  return defaults;
}

void read_listeners(Reading& reading, const Documents& documents, const Defaults& defaults, Config& config) {
  const auto upstream_names = upstream_name(documents);
  BoundAddresses bound;
  for (const auto& [name, entry] : documents.listeners())
    MapReader::read_map(reading, entry, "listeners." + name, "defaults", [&, &name = name](MapReader& map) {
      config.listeners.push_back(read_listener(map, name, defaults, upstream_names, bound));
    });
}

void read_upstreams(Reading& reading, const Documents& documents, const Defaults& defaults, Config& config) {
  for (const auto& [name, entry] : documents.upstreams())
    MapReader::read_map(reading, entry, "upstreams." + name, "defaults", [&, &name = name](MapReader& map) {
      config.upstreams.push_back(read_upstream(map, name, defaults));
    });
}

void report_missing(Reading& reading, const Documents& documents) {
  if (documents.incomplete()) return;
  if (documents.listeners().empty())
    reading.problems.add({0, 1, 1}, "no listeners; write at least one below 'listeners:'");
  if (documents.upstreams().empty())
    reading.problems.add({0, 1, 1}, "no upstreams; write at least one below 'upstreams:'");
}

Config read_all(Reading& reading, const std::string& name, std::string text) {
  Config config;
  Documents documents(reading);
  const auto* root = documents.add(name, std::move(text));
  if (!root) return config;
  MapReader::read_map(reading, root, "", "", [&](MapReader& top) {
    const auto defaults = read_head(top, documents, config);
    read_listeners(reading, documents, defaults, config);
    read_upstreams(reading, documents, defaults, config);
  });
  report_missing(reading, documents);
  return config;
}

}  // namespace

LoadedConfig read_config(const std::string& name, std::string text, const System& system) {
  Reading reading(system);
  auto config = read_all(reading, name, std::move(text));
  if (!reading.problems.empty()) return {nullptr, reading.problems.in_order(reading.sources), {}};
  return {std::make_shared<const Config>(std::move(config)), {}, std::move(reading.effective)};
}

}  // namespace duplexd
