// allow, deny and limits of a server.
#include "daemon/import/nginx/translation.hpp"
#include "daemon/import/values/access.hpp"
#include "daemon/import/values/addresses.hpp"

#include <algorithm>

namespace duplexd::importing::nginx {
namespace {

constexpr std::string_view of_unix = "unix:";  // all that come by Unix sockets

/// The first rule that fits clients of Unix sockets, if it turns them away.
const Setting* denial_of_unix(const Scope& scope) {
  const auto found = std::ranges::find_if(scope.settings, [](const Setting& line) {
    return (line.key == "allow" || line.key == "deny") && (line.arg(0) == of_unix || line.arg(0) == "all");
  });
  return found != scope.settings.end() && found->key == "deny" ? &*found : nullptr;
}

bool listens_on_unix(const Setting* listen) { return listen->arg(0).starts_with(of_unix); }

void check_unix(const Scope& scope, const Listens& listens, const Target& listener) {
  const Setting* const denial = denial_of_unix(scope);
  if (denial && std::ranges::any_of(listens, listens_on_unix))
    listener.leave_out(*denial, "clients of a Unix socket have no address in duplexd: see unix.mode");
}

/// Of Unix sockets alone: what the rules say of networks is about nobody.
void carry_unix_rules(const Scope& scope, const Target& listener) {
  for (const Setting& line : scope.settings)
    if (line.key == "allow" || line.key == "deny") listener.carry(line);
}

void carry_allowed(const Scope& scope, const Target& listener) {
  std::vector<AccessRule> rules;
  for (const Setting& line : scope.settings) {
    if (line.key != "allow" && line.key != "deny") continue;
    if (line.arg(0) == of_unix) {
      listener.carry(line);
      continue;
    }
    AccessRule rule{.allows = line.key == "allow", .everybody = line.arg(0) == "all", .from = &line};
    const auto network = network_text(line.arg(0));
    if (network) rule.networks.push_back(*network);
    if (network || rule.everybody)
      rules.push_back(std::move(rule));
    else
      listener.refuse(line, "duplexd's access knows networks and addresses");
  }
  carry_access(rules, listener);
}

/// limit_conn goes by a zone, which has the key.
void carry_limit(const Scope& scope, const Target& listener) {
  for (const Setting* const limit : scope.all("limit_conn")) {
    const std::string zone = "zone=" + std::string(limit->arg(0)) + ":";
    const Setting* by = nullptr;
    for (const Setting* const each : scope.all("limit_conn_zone"))
      if (each->arg(1).starts_with(zone)) by = each;
    const bool by_source = by && (by->arg(0) == "$binary_remote_addr" || by->arg(0) == "$remote_addr");
    if (!by_source) {
      listener.refuse(*limit, "duplexd counts clients by their addresses alone; see limits.sessions");
      continue;
    }
    listener.set("limits.per_source", plain(limit->arg(1)), *limit);
    listener.carry(*by);
    const Setting* const dry = scope.last("limit_conn_dry_run");
    if (dry && dry->arg(0) == "on") listener.add("limits.dry_run", "per_source", *dry);
  }
}

}  // namespace

void carry_rules(const Scope& scope, const Listens& listens, const Target& listener) {
  check_unix(scope, listens, listener);
  std::ranges::all_of(listens, listens_on_unix) ? carry_unix_rules(scope, listener)
                                                : carry_allowed(scope, listener);
  carry_limit(scope, listener);
}

}  // namespace duplexd::importing::nginx
