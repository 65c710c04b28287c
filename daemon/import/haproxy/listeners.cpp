// Frontends and listen sections as listeners.
#include "daemon/import/haproxy/translation.hpp"

#include <algorithm>

namespace duplexd::importing::haproxy {
namespace {

bool same_options(const Setting& one, const Setting& other) {
  const auto is_address = [](const Setting& option) {
    return option.key == "v4v6" || option.key == "v6only";
  };
  std::vector<Setting> first = one.options, second = other.options;
  std::erase_if(first, is_address);
  std::erase_if(second, is_address);
  return std::ranges::equal(first, second, [](const Setting& a, const Setting& b) {
    return a.key == b.key && a.args == b.args && a.negated == b.negated;
  });
}

/// Bind lines that can be of one listener, group by group.
std::vector<Binds> groups_of(const Binds& binds) {
  std::vector<Binds> groups;
  for (const Setting* const bind : binds) {
    const auto found =
        std::ranges::find_if(groups, [&](const Binds& group) { return same_options(*group.front(), *bind); });
    found == groups.end() ? groups.push_back({bind}) : found->push_back(bind);
  }
  return groups;
}

void carry_keepalive(const Scope& scope, const Target& listener) {
  // duplexd asks silent clients anyway.
  for (const char* word : {"option tcpka", "option clitcpka"})
    if (const Setting* const option = scope.last(word)) listener.carry(*option);
  carry_time(scope, "clitcpka-idle", "client.keepalive.idle", listener);
  carry_time(scope, "clitcpka-intvl", "client.keepalive.interval", listener);
  carry_text(scope, "clitcpka-cnt", "client.keepalive.count", listener);
}

void carry_limits(const Scope& scope, const Target& listener) {
  carry_text(scope, "maxconn", "limits.sessions", listener);
  carry_text(scope, "rate-limit sessions", "limits.rate", listener);
  carry_text(scope, "backlog", "backlog", listener);
  for (const char* word : {"option splice-auto", "option splice-request", "option splice-response"})
    if (const Setting* const splice = scope.last(word)) listener.carry(*splice);  // zero_copy is auto
}

/// Options of the lines after the first are alike: they are carried if those of the first are.
void carry_group(const Binds& binds, const Binds& all, const Global& global, const Target& listener) {
  for (const Setting* const bind : binds) carry_bind_addresses(*bind, all, listener);
  carry_bind_options(*binds.front(), global, listener);
  const Ledger& ledger = listener.draft().ledger;
  for (const Setting* const bind : binds) {
    for (const Setting& option : bind->options) {
      listener.place(option);
      const auto first = std::ranges::find(binds.front()->options, option.key, &Setting::key);
      const bool carried = first == binds.front()->options.end() || !ledger.is_open(first->id);
      if (ledger.is_open(option.id) && carried) listener.carry(option);
    }
  }
}

}  // namespace

void carry_listeners(const Section& section, const Section& backend, const Global& global,
                     const Names& upstreams, Draft& draft) {
  const Binds all = section.all.all("bind");
  for (const Binds& binds : groups_of(all)) {
    const Target listener = listener_of(draft, free_name(draft, "listeners", section.name()));
    carry_group(binds, all, global, listener);
    carry_limits(section.all, listener);
    carry_timeouts(section, backend, listener);
    carry_keepalive(section.all, listener);
    carry_rules(section, listener);
    const auto own = upstreams.find(section.name());
    if (section.kind() == "listen" && own != upstreams.end())
      listener.set("upstream", own->second, section.head);
    carry_routes(section, backend, upstreams, listener);
  }
}

}  // namespace duplexd::importing::haproxy
