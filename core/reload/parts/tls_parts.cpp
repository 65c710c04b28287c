#include "core/reload/parts/tls_parts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

namespace duplexd {
namespace {

ListenerTls::Time today() {
  return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

// Of what cannot be used the first counts; what has expired is the matter of --check.
StartFailure failure_of(const TlsProblems& problems, std::string_view owner) {
  const auto unusable = std::ranges::find(problems, TlsProblem::Kind::unusable, &TlsProblem::kind);
  if (unusable == problems.end())
    return {StartFailure::Kind::system, fmt::format("{}: TLS cannot be set up", owner), std::string(owner)};
  return {StartFailure::Kind::config, fmt::format("{}.tls: {}", owner, unusable->what),
          fmt::format("{}.tls.{}", owner, unusable->key)};
}

// Null: there is none that would do.
template <class Owner, class Tls>
std::shared_ptr<const Tls> earlier(const std::vector<Owner>& owners,
                                   const std::vector<std::shared_ptr<const Tls>>& parts, const Owner& now,
                                   bool again) {
  const auto found = std::ranges::find(owners, now.name, &Owner::name);
  if (found == owners.end() || !(found->tls == now.tls)) return nullptr;
  const auto& part = parts[static_cast<std::size_t>(found - owners.begin())];
  return part && again && part->files_changed() ? nullptr : part;
}

}  // namespace

bool TlsParts::is_stale(const Config& config) const noexcept {
  for (std::size_t i = 0; i < listeners.size(); ++i) {
    if (listeners[i] && config.listeners[i].tls.watch && listeners[i]->files_changed()) return true;
  }
  return false;
}

bool TlsParts::files_changed() const noexcept {
  const auto changed = [](const auto& part) { return part && part->files_changed(); };
  return std::ranges::any_of(listeners, changed) || std::ranges::any_of(upstreams, changed);
}

StartResult<TlsParts> make_tls_parts(const Config& config, const std::shared_ptr<TicketKeys>& tickets,
                                     const TlsPartsBefore& before) {
  TlsParts parts;
  for (const ListenerConfig& listener : config.listeners) {
    auto& part = parts.listeners.emplace_back();
    if (!listener.tls.enabled) continue;
    if (before.config)
      part = earlier(before.config->listeners, before.parts->listeners, listener, before.again);
    if (part) continue;
    auto made = ListenerTls::make(listener.tls, listener.name, tickets, today());
    if (!made.tls) return failure_of(made.problems, fmt::format("listeners.{}", listener.name));
    part = std::move(made.tls);
  }
  for (const UpstreamConfig& upstream : config.upstreams) {
    auto& part = parts.upstreams.emplace_back();
    if (!upstream.tls.enabled) continue;
    if (before.config)
      part = earlier(before.config->upstreams, before.parts->upstreams, upstream, before.again);
    if (part) continue;
    auto made = EndpointTls::make(upstream.tls, today());
    if (!made.tls) return failure_of(made.problems, fmt::format("upstreams.{}", upstream.name));
    part = std::move(made.tls);
  }
  return parts;
}

}  // namespace duplexd
