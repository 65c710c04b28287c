#include "core/config/endpoints/catalog_entry.hpp"

#include "core/config/keys/tables.hpp"
#include "core/config/spelling/wording.hpp"
#include "core/config/yaml/tree.hpp"

#include <optional>
#include <string>
#include <utility>

namespace duplexd {
namespace {

constexpr std::string_view blanks = " \t\r\n";

std::string_view without_blanks(std::string_view text) {
  const auto first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) + 1 - first);
}

/// No files and no users: an entry means the same on every host.
System no_system() {
  System system;
  system.environment = [](std::string_view) -> std::optional<std::string> { return std::nullopt; };
  return system;
}

std::string first_of(const Reading& reading) {
  const auto problems = reading.problems.in_order(reading.sources);
  return problems.empty() ? "is no map with an address" : printable(problems.front().what);
}

/// Of the rest some mean another thing on every host, and some need a listener.
bool is_host_and_port(const EndpointAddress& address) {
  const auto* const socket = std::get_if<SocketAddress>(&address);
  return !takes_port_of_listener(address) && !std::holds_alternative<ServiceName>(address) &&
         !is_original_destination(address) && !(socket && socket->is_unix());
}

Parsed<EndpointConfig> checked(EndpointConfig endpoint) {
  if (!is_host_and_port(endpoint.address))
    return ParseError{fmt::format("{} is not an address such as 10.0.0.11:5432", in_quotes(endpoint.name))};
  endpoint.origin = EndpointOrigin::catalog;
  return endpoint;
}

Parsed<EndpointConfig> parse_map(std::string_view text) {
  const System system = no_system();
  Reading reading(system);
  const auto file = reading.sources.add("", std::string(text));
  auto map = read_tree(reading.sources, file, reading.problems);
  EndpointConfig endpoint;
  if (map && map->kind == YamlNode::Kind::map) {
    const YamlEntry root{"", {file, 1, 1}, *std::move(map)};
    MapReader::read_map(reading, &root, "", "",
                        [&](MapReader& keys) { read_keys(keys, endpoint_keys(), endpoint); });
  }
  if (endpoint.name.empty() || !reading.problems.empty()) return ParseError{first_of(reading)};
  return checked(std::move(endpoint));
}

}  // namespace

Parsed<EndpointConfig> catalog_endpoint(std::string_view address) {
  auto parsed = parse_endpoint(address);
  if (!parsed) return ParseError{printable(parsed.error().what)};
  EndpointConfig endpoint;
  endpoint.name = address;
  endpoint.address = *std::move(parsed);
  return checked(std::move(endpoint));
}

Parsed<EndpointConfig> parse_catalog_entry(std::string_view text) {
  const auto entry = without_blanks(text);
  return entry.starts_with('{') ? parse_map(entry) : catalog_endpoint(entry);
}

}  // namespace duplexd
