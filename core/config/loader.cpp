#include "core/config/loader.hpp"

#include "core/config/endpoints/endpoints_file.hpp"
#include "core/config/system.hpp"
#include "core/config/yaml/tree.hpp"

#include <utility>

namespace duplexd {

LoadedConfig load_config(const std::filesystem::path& file, const Environment& environment) {
  const auto system = host_system(environment);
  auto text = system.read(file, TreeLimits::bytes + 1);
  if (!text) return {nullptr, {{file.string(), 0, 0, std::move(text.error().what), ""}}, {}};
  return read_config(file.string(), *std::move(text), system);
}

LoadedConfig parse_config(std::string_view text, const std::string& name, const Environment& environment) {
  return read_config(name, std::string(text), host_system(environment));
}

std::vector<Problem> load_endpoints_file(UpstreamConfig& upstream) {
  return read_endpoints_file(upstream, host_system({}));
}

}  // namespace duplexd
