// Frontends and listen sections as listeners.
#include "core/config/spelling/wording.hpp"
#include "core/net/address/parsed.hpp"
#include "daemon/import/haproxy/translation.hpp"
#include "daemon/import/values/addresses.hpp"
#include "daemon/import/values/words.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace duplexd::importing::haproxy {
namespace {

using Binds = std::vector<const Setting*>;

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

bool has_option(const Setting& bind, std::string_view word) {
  return std::ranges::any_of(bind.options, [&](const Setting& option) { return option.key == word; });
}

/// An address of a bind line as duplexd writes it, or why there is none.
Parsed<std::string> bind_address(std::string_view text, bool both_families) {
  if (text.starts_with('/')) return parsed_text(fmt::format("unix:{}", text));
  if (text.starts_with("unix@")) return parsed_text(fmt::format("unix:{}", text.substr(5)));
  if (text.starts_with("abnsz@")) return parsed_text(fmt::format("unix:@{}", text.substr(6)));
  if (text.starts_with("ipv4@") || text.starts_with("ipv6@"))
    return bind_address(text.substr(5), both_families);
  if (text.find('@') != std::string_view::npos) return ParseError{"duplexd has no such kind of address"};
  const HostPort address = split_address(text);
  if (address.port.empty()) return ParseError{"a port is missing"};
  const bool any = address.host.empty() || address.host == "*";
  const bool any_v6 = address.host == "::" || address.host == "[::]";
  if (any_v6 && both_families) return parsed_text(":" + address.port);
  return parsed_text(join_address(any ? "*" : address.host, address.port));
}

void carry_addresses(const Setting& bind, const Target& listener) {
  for (const auto text : split(bind.arg(0), ',')) {
    const auto address = bind_address(text, has_option(bind, "v4v6"));
    address ? listener.add("bind", *address, bind) : listener.refuse(bind, address.error().what);
  }
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
void carry_group(const Binds& binds, const Global& global, const Target& listener) {
  for (const Setting* const bind : binds) carry_addresses(*bind, listener);
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
  for (const Binds& binds : groups_of(section.all.all("bind"))) {
    const Target listener = listener_of(draft, free_name(draft, "listeners", section.name()));
    carry_group(binds, global, listener);
    carry_limits(section.all, listener);
    carry_timeouts(section, backend, listener);
    carry_keepalive(section.all, listener);
    carry_rules(section, listener);
    const auto own = upstreams.find(section.name());
    if (section.kind() == "listen" && own != upstreams.end())
      listener.set("upstream", own->second, section.head);
    carry_routes(section, upstreams, listener);
  }
}

}  // namespace duplexd::importing::haproxy
