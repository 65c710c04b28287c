#include "core/reload/parts/tls_parts.hpp"

#include "core/tls/wall_time.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace duplexd {
namespace {

// Of what cannot be used the first counts; what has expired is the matter of --check.
StartFailure failure_of(const TlsProblems& problems, std::string_view owner) {
  const auto unusable = std::ranges::find(problems, TlsProblem::Kind::unusable, &TlsProblem::kind);
  if (unusable == problems.end())
    return {StartFailure::Kind::system, fmt::format("{}: TLS cannot be set up", owner), std::string(owner)};
  return {StartFailure::Kind::config, fmt::format("{}.tls: {}", owner, unusable->what),
          fmt::format("{}.tls.{}", owner, unusable->key)};
}

/// Those of one kind of owner, listeners or upstreams, in the snapshot before.
template <class Owner, class Tls>
struct Before {
  const std::vector<Owner>& owners;
  const std::vector<std::shared_ptr<const Tls>>& parts;
  bool again;

  // Null: there is none that would do.
  std::shared_ptr<const Tls> part_of(const Owner& now) const {
    const auto found = std::ranges::find(owners, now.name, &Owner::name);
    if (found == owners.end() || !(found->tls == now.tls)) return nullptr;
    const auto& part = parts[static_cast<std::size_t>(found - owners.begin())];
    return part && again && part->files_changed() ? nullptr : part;
  }
};

template <class Owner, class Tls, class Make>
std::optional<StartFailure> add_parts(std::vector<std::shared_ptr<const Tls>>& parts,
                                      const std::vector<Owner>& owners, const Before<Owner, Tls>& before,
                                      std::string_view section, Make make) {
  for (const Owner& owner : owners) {
    auto& part = parts.emplace_back();
    if (!owner.tls.enabled) continue;
    part = before.part_of(owner);
    if (part) continue;
    auto made = make(owner);
    if (!made.tls) return failure_of(made.problems, fmt::format("{}.{}", section, owner.name));
    part = std::move(made.tls);
  }
  return std::nullopt;
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

std::vector<CertificateReport> TlsParts::certificates(const Config& config) const {
  std::vector<CertificateReport> all;
  for (std::size_t i = 0; i < listeners.size(); ++i) {
    if (!listeners[i]) continue;
    for (const ServedCertificate& each : listeners[i]->certificates())
      all.push_back({config.listeners[i].name, each.file, each.names, each.expires});
  }
  return all;
}

StartResult<TlsParts> make_tls_parts(const Config& config, const std::shared_ptr<TicketKeys>& tickets,
                                     const TlsPartsBefore& before) {
  TlsParts parts;
  const Config no_config;
  const TlsParts no_parts;
  const Config& old = before.config ? *before.config : no_config;
  const TlsParts& old_parts = before.config ? *before.parts : no_parts;
  const Before<ListenerConfig, ListenerTls> listeners{old.listeners, old_parts.listeners, before.again};
  const Before<UpstreamConfig, EndpointTls> upstreams{old.upstreams, old_parts.upstreams, before.again};
  const auto end_tls = [&](const ListenerConfig& listener) {
    return ListenerTls::make(listener.tls, listener.name, tickets, wall_time());
  };
  const auto speak_tls = [](const UpstreamConfig& upstream) {
    return EndpointTls::make(upstream.tls, wall_time());
  };
  auto failure = add_parts(parts.listeners, config.listeners, listeners, "listeners", end_tls);
  if (!failure) failure = add_parts(parts.upstreams, config.upstreams, upstreams, "upstreams", speak_tls);
  if (failure) return *failure;
  return parts;
}

}  // namespace duplexd
