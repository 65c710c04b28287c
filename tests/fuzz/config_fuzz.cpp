// Reads any text as a configuration, without touching the machine. An accepted one is complete; the problems
// of a refused one are printable.
#include "core/config/difference.hpp"
#include "core/config/system.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace {

using duplexd::LoadedConfig;
using duplexd::System;

/// Every file has the content of the text itself, every pattern finds two of them.
System machine_of(std::string_view text) {
  const auto read = [text](const System::Path&, std::size_t most) {
    return duplexd::Parsed<std::string>(boost::system::in_place_value, text.substr(0, most));
  };
  return {
      [](std::string_view name) { return name == "NAME" ? std::optional<std::string>("web") : std::nullopt; },
      read,
      read,
      [](const System::Path& folder, const std::string&) {
        return std::vector<System::Path>{folder / "a.yaml", folder / "b.yaml"};
      },
      [](const std::string& name) { return name == "root" ? std::optional<uid_t>(0) : std::nullopt; },
      [](const std::string& name) { return name == "root" ? std::optional<gid_t>(0) : std::nullopt; }};
}

void require(bool condition) {
  if (!condition) std::abort();
}

void check_problems(const LoadedConfig& loaded) {
  require(!loaded.config && loaded.effective.empty() && loaded.problems.size() <= 101);
  for (const auto& problem : loaded.problems) {
    for (const char c : to_string(problem)) require(static_cast<unsigned char>(c) >= 0x20 || c == '\n');
    require(!problem.what.empty());
  }
}

void check_config(const LoadedConfig& loaded) {
  require(loaded.problems.empty() && !loaded.effective.empty());
  const auto& config = *loaded.config;
  require(!config.listeners.empty() && !config.upstreams.empty());
  for (const auto& listener : config.listeners) {
    require(!listener.bind.empty() && (listener.upstream || !listener.routes.empty()) &&
            listener.timeouts.connect.count() > 0);
    for (const auto upstream : upstreams_of(listener)) require(upstream < config.upstreams.size());
    for (const auto& route : listener.routes) require(route.reject != route.upstream.has_value());
  }
  for (const auto& upstream : config.upstreams) {
    require(!upstream.endpoints.empty() || !upstream.endpoints_file.empty() || upstream.has_catalog());
    for (const auto& endpoint : upstream.endpoints) require(endpoint.weight <= 1000);
  }
}

/// Each key has a reload class, whatever the names, and no configuration differs from itself.
void check_reload(const std::vector<duplexd::EffectiveValue>& values) {
  for (const auto& value : values)
    require(duplexd::locate_key(value.path).has_value() != duplexd::only_feeds_others(value.path));
  require(duplexd::difference(values, values).empty());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto loaded = duplexd::read_config("fuzz.yaml", std::string(text), machine_of(text));
  loaded.config ? check_config(loaded) : check_problems(loaded);
  check_reload(loaded.effective);
  return 0;
}
