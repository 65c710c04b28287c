// The short form of --check: two lines for each listener.
#include "core/net/host_addresses.hpp"
#include "daemon/cli/check_report.hpp"
#include "daemon/cli/route_text.hpp"
#include "daemon/cli/text_units.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <vector>

namespace duplexd {
namespace {

constexpr std::size_t most_shown = 4;  // of a list

/// "a, b, c, d and 16 more"
template <class Items, class ToText>
std::string first_of(const Items& items, ToText to_text) {
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < std::min(items.size(), most_shown); ++i) texts.push_back(to_text(items[i]));
  const auto shown = fmt::format("{}", fmt::join(texts, ", "));
  return items.size() > most_shown ? fmt::format("{} and {} more", shown, items.size() - most_shown) : shown;
}

/// A wildcard says which addresses it stands for.
std::string bind_text(const BindAddress& bind) {
  if (bind.kind == BindAddress::Kind::dual_stack) return bind.to_string() + " (all of IPv4 and IPv6)";
  if (bind.kind == BindAddress::Kind::inherited || !is_wildcard(bind.address)) return bind.to_string();
  return bind.to_string() + (bind.address.family() == AF_INET ? " (all of IPv4)" : " (all of IPv6)");
}

std::string timeouts_text(const Timeouts& timeouts) {
  auto text = fmt::format("connect {}, idle {}, half_closed {}", to_text(timeouts.connect),
                          to_text(timeouts.idle), to_text(timeouts.half_closed));
  if (timeouts.lifetime != Duration::zero()) text += ", lifetime " + to_text(timeouts.lifetime);
  return text;
}

/// The limit of sessions that is reached first, and the further ones that are set.
std::string limits_text(const ListenerConfig& listener, std::size_t of_process) {
  const auto own = listener.limits.sessions;
  auto text = own != 0 && own <= of_process ? fmt::format("{} sessions", own)
                                            : fmt::format("{} sessions with all other listeners", of_process);
  if (listener.limits.per_source != 0) text += fmt::format(", {} of one source", listener.limits.per_source);
  if (!tried_limits(listener).empty()) text += ", some limits on dry run";
  if (!listener.access.allow.empty() || !listener.access.deny.empty()) text += ", not from everywhere";
  return text;
}

/// "web: 10.0.0.1:80, 10.0.0.2:80", and before it where routes lead.
std::string targets_text(const Config& config, const ListenerConfig& listener) {
  const auto* upstream = listener.upstream ? &config.upstreams[*listener.upstream] : nullptr;
  auto all = upstream ? fmt::format("{}: {}", upstream->name, first_of(upstream->endpoints, endpoint_text))
                      : std::string("nowhere");
  if (listener.routes.empty()) return all;
  return fmt::format("{} routes to {}, all others to {}", listener.routes.size(),
                     routed_upstreams(config, listener), all);
}

std::string listener_summary(const Config& config, const ListenerConfig& listener,
                             std::size_t most_sessions) {
  return fmt::format("{}: {} -> {}\n  {}; {}\n", listener.name, first_of(listener.bind, bind_text),
                     targets_text(config, listener), timeouts_text(listener.timeouts),
                     limits_text(listener, most_sessions));
}

std::string unused_upstreams(const Config& config) {
  std::string text;
  for (std::size_t i = 0; i < config.upstreams.size(); ++i) {
    const bool used = std::any_of(
        config.listeners.begin(), config.listeners.end(),
        [i](const ListenerConfig& each) { return std::ranges::binary_search(upstreams_of(each), i); });
    if (!used) text += fmt::format("{}: no listener refers to this upstream\n", config.upstreams[i].name);
  }
  return text;
}

}  // namespace

std::string check_summary(const Config& config, const EffectiveLimits& limits) {
  std::string text;
  for (const ListenerConfig& listener : config.listeners)
    text += listener_summary(config, listener, limits.sessions);
  if (!config.admin.bind.empty()) text += fmt::format("admin: {}\n", first_of(config.admin.bind, bind_text));
  return text + unused_upstreams(config) +
         fmt::format("process: {} workers, {} sessions with {} descriptors, at most {} for all sessions\n",
                     limits.workers, limits.sessions, limits.descriptors,
                     mebibytes_text(limits.session_bytes_most * limits.sessions));
}

}  // namespace duplexd
