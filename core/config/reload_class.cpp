#include "core/config/reload_class.hpp"

#include <algorithm>
#include <array>

namespace duplexd {
namespace {

using enum Owner;
using enum ReloadClass;

// No key ends with "." and another key of the same owner, so a path ends with exactly one key. The text
// before it is the name, which may have dots.
constexpr auto rules = std::to_array<ReloadRule>({
    {process, "workers", restart},
    {process, "log.level", live},
    {process, "log.format", restart},
    {process, "control.socket", restart},
    {process, "control.mode", restart},
    {process, "control.group", restart},
    {process, "limits.sessions", live},
    {process, "resolve.start_timeout", live},
    {process, "defaults.timeouts.drain", live},
    {process, "defaults.timeouts.close_spread", live},

    {listener, "bind", rebind},
    {listener, "upstream", new_sessions},
    {listener, "access.allow", live},
    {listener, "access.deny", live},
    {listener, "limits.sessions", live},
    {listener, "limits.per_source", live},
    {listener, "limits.ipv6_source_prefix", live},
    {listener, "limits.when_full", live},
    {listener, "timeouts.connect", new_sessions},
    {listener, "timeouts.handshake", new_sessions},
    {listener, "timeouts.idle", new_sessions},
    {listener, "timeouts.half_closed", new_sessions},
    {listener, "timeouts.lifetime", new_sessions},
    {listener, "timeouts.lifetime_jitter", new_sessions},
    {listener, "client.nodelay", new_sessions},
    {listener, "client.keepalive", new_sessions},  // while it is off
    {listener, "client.keepalive.idle", new_sessions},
    {listener, "client.keepalive.interval", new_sessions},
    {listener, "client.keepalive.count", new_sessions},
    {listener, "client.user_timeout", new_sessions},
    {listener, "client.receive_buffer", new_sessions},
    {listener, "client.send_buffer", new_sessions},
    {listener, "zero_copy", new_sessions},
    {listener, "unix.mode", live},
    {listener, "unix.owner", live},
    {listener, "unix.group", live},
    {listener, "backlog", live},

    {upstream, "balance", live},
    {upstream, "on_removed", live},
    {upstream, "resolve.interval", live},
    {upstream, "resolve.at_start", live},
    {upstream, "endpoint.nodelay", new_sessions},
    {upstream, "endpoint.keepalive", new_sessions},
    {upstream, "endpoint.keepalive.idle", new_sessions},
    {upstream, "endpoint.keepalive.interval", new_sessions},
    {upstream, "endpoint.keepalive.count", new_sessions},
    {upstream, "endpoint.user_timeout", new_sessions},
    {upstream, "endpoint.receive_buffer", new_sessions},
    {upstream, "endpoint.send_buffer", new_sessions},
    {upstream, "endpoint.source", new_sessions},

    {endpoint, "address", live},
    {endpoint, "weight", live},
});

/// Strips `front` at the beginning and "." with `back` at the end. False unless text remains between.
bool take(std::string_view& path, std::string_view front, std::string_view back) noexcept {
  const auto ends = front.size() + 1 + back.size();
  if (path.size() <= ends || !path.starts_with(front) || !path.ends_with(back)) return false;
  if (path[path.size() - back.size() - 1] != '.') return false;
  path = path.substr(front.size(), path.size() - ends);
  return true;
}

std::optional<LocatedKey> locate(std::string_view path, const ReloadRule& rule) noexcept {
  if (rule.owner == process)
    return path == rule.key ? std::optional(LocatedKey{&rule, {}, {}}) : std::nullopt;
  if (!take(path, rule.owner == listener ? "listeners." : "upstreams.", rule.key)) return std::nullopt;
  if (rule.owner != endpoint) return LocatedKey{&rule, path, {}};
  constexpr std::string_view list = ".endpoints[";
  const auto begin = path.rfind(list);
  if (begin == path.npos || !path.ends_with(']')) return std::nullopt;
  const auto index = path.substr(begin + list.size());
  return LocatedKey{&rule, path.substr(0, begin), index.substr(0, index.size() - 1)};
}

}  // namespace

std::string_view to_word(ReloadClass reload_class) noexcept {
  static constexpr std::array<std::string_view, 4> words{"live", "new_sessions", "rebind", "restart"};
  return words[static_cast<std::size_t>(reload_class)];
}

std::span<const ReloadRule> reload_rules() noexcept { return rules; }

ReloadClass reload_class(Owner owner) noexcept { return owner == listener ? rebind : live; }

std::optional<LocatedKey> locate_key(std::string_view path) noexcept {
  for (const auto& rule : rules)
    if (const auto located = locate(path, rule)) return located;
  return std::nullopt;
}

bool only_feeds_others(std::string_view path) noexcept {
  constexpr std::string_view defaults = "defaults.";
  if (path == "include") return true;
  return path.starts_with(defaults) && std::any_of(rules.begin(), rules.end(), [&](const ReloadRule& rule) {
           return rule.owner != process && rule.key == path.substr(defaults.size());
         });
}

}  // namespace duplexd
