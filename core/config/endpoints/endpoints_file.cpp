#include "core/config/endpoints/endpoints_file.hpp"

#include "core/config/keys/tables.hpp"
#include "core/config/reading/upstream_checks.hpp"
#include "core/config/spelling/wording.hpp"

#include <iterator>
#include <optional>
#include <utility>

namespace duplexd {
namespace {

constexpr std::string_view list_key = "endpoints";

bool is_of_file(const EndpointConfig& endpoint) { return endpoint.origin == EndpointOrigin::file; }

/// The same machine, whose environment nobody sees: a file that changes by itself means the same every time.
System without_environment(System system) {
  system.environment = [](std::string_view) -> std::optional<std::string> { return std::nullopt; };
  return system;
}

/// Adds what a list has, as if it stood below the key.
void add_list(Reading& reading, YamlNode list, UpstreamConfig& upstream) {
  const auto first = upstream.endpoints.size();
  YamlEntry root{"", list.place, {}};
  root.value.kind = YamlNode::Kind::map;
  root.value.place = list.place;
  root.value.entries.push_back({std::string(list_key), list.place, std::move(list)});
  MapReader::read_map(reading, &root, "", "", [&](MapReader& map) {
    map.maps(list_key, endpoint_keys().front().about.name, [&](MapReader& item) {
      auto& endpoint = upstream.endpoints.emplace_back();
      endpoint.origin = EndpointOrigin::file;
      read_keys(item, endpoint_keys(), endpoint);
    });
    check_endpoints_from(map, upstream, first);
  });
}

std::vector<Problem> as_a_whole(const UpstreamConfig& upstream, std::string what) {
  return {{upstream.endpoints_file, 0, 0, std::move(what), ""}};
}

}  // namespace

std::vector<Problem> read_endpoints_file(UpstreamConfig& upstream, const System& of_machine) {
  const System system = without_environment(of_machine);
  auto text = system.read_included(upstream.endpoints_file, TreeLimits::bytes + 1);
  if (!text) return as_a_whole(upstream, text.error().what);
  if (text->size() > TreeLimits::bytes)
    return as_a_whole(upstream, fmt::format("has more than {} bytes", TreeLimits::bytes));

  Reading reading(system);
  const auto file = reading.sources.add(upstream.endpoints_file, *std::move(text));
  UpstreamConfig read = upstream;
  std::erase_if(read.endpoints, is_of_file);
  if (auto list = read_list(reading.sources, file, reading.problems))
    add_list(reading, *std::move(list), read);
  if (!reading.problems.empty()) return reading.problems.in_order(reading.sources);
  upstream = std::move(read);
  return {};
}

void take_endpoints_file(MapReader& map, UpstreamConfig& upstream) {
  if (upstream.endpoints_file.empty()) return;
  for (auto& problem : read_endpoints_file(upstream, map.reading().system)) {
    if (problem.line == 0)
      map.problem(map.place("endpoints_file"), "endpoints_file",
                  fmt::format("{} {}", in_quotes(problem.file), problem.what));
    else
      map.reading().in_endpoints_files.push_back(std::move(problem));
  }
}

}  // namespace duplexd
