#include "daemon/import/haproxy/servers/servers.hpp"

#include "daemon/import/values/times.hpp"

#include <array>
#include <chrono>

namespace duplexd::importing::haproxy {
namespace {

constexpr const char* alike_only =
    "duplexd has it alike for all endpoints of an upstream, and the first is carried";
constexpr const char* of_some =
    "duplexd has it alike for all endpoints of an upstream, and not all of these servers have it";
constexpr const char* unverified_some =
    "duplexd looks at the certificates of all endpoints of an upstream, or of none, and not all of these "
    "servers have it";

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

Servers Servers::checked() const {
  std::vector<Server> found = servers_;
  std::erase_if(found, [](const Server& server) { return !server.options.last("check"); });
  return {std::move(found), upstream_};
}

Servers Servers::actives() const {
  std::vector<Server> found = servers_;
  std::erase_if(found, [](const Server& server) { return server.options.last("backup"); });
  return {std::move(found), upstream_};
}

std::vector<const Setting*> Servers::each(std::string_view option) const {
  std::vector<const Setting*> found;
  for (const Server& server : servers_)
    if (const Setting* const own = server.options.last(option)) found.push_back(own);
  return found;
}

const Setting* Servers::first_of(const std::vector<const Setting*>& own) const {
  for (const Setting* const setting : own)
    setting->args == own[0]->args ? upstream_.carry(*setting) : upstream_.refuse(*setting, alike_only);
  return own.empty() ? nullptr : own[0];
}

bool Servers::has(std::string_view option) const { return !each(option).empty(); }

const Setting* Servers::alike(std::string_view option) const {
  const auto own = each(option);
  if (own.size() == servers_.size()) return first_of(own);
  for (const Setting* const setting : own) upstream_.refuse(*setting, of_some);
  return nullptr;
}

const Setting* Servers::shared(std::string_view option) const { return first_of(each(option)); }

const Setting* Servers::unverified(const Setting* by_default) const {
  std::vector<const Setting*> spared;
  bool all = !servers_.empty();
  for (const Server& server : servers_) {
    const Setting* const own = server.options.last("verify");
    const bool none = own ? own->arg(0) == "none" : by_default != nullptr;
    all = all && none;
    if (own && !none) upstream_.carry(*own);
    if (none) spared.push_back(own ? own : by_default);
  }
  for (const Setting* const setting : spared)
    all ? upstream_.carry(*setting) : upstream_.refuse(*setting, unverified_some);
  return all ? spared[0] : nullptr;
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

}  // namespace duplexd::importing::haproxy
