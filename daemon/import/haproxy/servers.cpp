#include "daemon/import/haproxy/servers.hpp"

#include "daemon/import/values/times.hpp"

#include <array>
#include <chrono>

namespace duplexd::importing::haproxy {
namespace {

constexpr const char* alike_only =
    "duplexd has it alike for all endpoints of an upstream, and the first is carried";

void add_options(Scope& scope, const std::vector<Setting>& options) {
  scope.settings.insert(scope.settings.end(), options.begin(), options.end());
}

}  // namespace

std::vector<Server> servers_of(const Section& section) {
  std::vector<Server> servers;
  Scope defaults;
  for (const Setting& setting : section.all.settings) {
    if (setting.key == "default-server") add_options(defaults, setting.options);
    if (setting.key != "server" && setting.key != "server-template") continue;
    servers.push_back({&setting, defaults});
    add_options(servers.back().options, setting.options);
  }
  return servers;
}

const Setting* Servers::alike(std::string_view option) const {
  const Setting* first = nullptr;
  for (const Server& server : servers_) {
    const Setting* const own = server.options.last(option);
    if (!own) continue;
    if (!first) first = own;
    own->args == first->args ? upstream_.carry(*own) : upstream_.refuse(*own, alike_only);
  }
  return first;
}

void Servers::carry_time(std::string_view option, std::string_view key) const {
  const Setting* const setting = alike(option);
  if (!setting) return;
  const auto time = time_of(setting->arg(0), std::chrono::milliseconds(1));
  if (!time) return upstream_.refuse(*setting, time.error().what);
  upstream_.set(key, time_text(*time), *setting);
}

void Servers::carry_text(std::string_view option, std::string_view key) const {
  if (const Setting* const setting = alike(option)) upstream_.set(key, setting->arg(0), *setting);
}

void Servers::carry(std::string_view option) const { alike(option); }

}  // namespace duplexd::importing::haproxy
