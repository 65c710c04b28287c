#pragma once

#include "core/listener/listener.hpp"
#include "core/names/name_service.hpp"
#include "core/upstream/upstream.hpp"

#include <cstddef>
#include <memory>
#include <optional>
#include <string_view>
#include <variant>
#include <vector>

namespace duplexd {

// The parts of a snapshot, as the control thread has them. A snapshot takes over what stays as it was.

struct ServedEndpoint {
  std::shared_ptr<EndpointAccount> account;
  EndpointConfig config{};
  EndpointAddress dialled{};         ///< its own, or that of the proxy that leads to it
  NameService::Subscription name{};  ///< if what is dialled is a host's
  bool failed = false;               ///< the last look-up did, and was reported

  const HostPort* host() const noexcept { return std::get_if<HostPort>(&dialled); }
  /// What there is to dial now; AF_UNSPEC: where the client wanted to go.
  std::vector<SocketAddress> addresses() const;
  /// The operator's, or the configured one.
  unsigned weight() const noexcept { return account->weight().value_or(config.weight); }
};

struct ServedUpstream {
  std::shared_ptr<UpstreamAccount> account;
  std::shared_ptr<const UpstreamConfig> config{};
  std::vector<ServedEndpoint> endpoints{};             ///< in the order of the configuration
  std::vector<std::shared_ptr<Upstream>> on_worker{};  ///< one each
  std::shared_ptr<const Pool> pool{};
  bool has_news = false;  ///< of its names, which the pool may not have

  std::string_view name() const noexcept { return account->name; }
  /// What there is to dial now, in the order of the configuration.
  std::vector<Target> targets() const;
  const ServedEndpoint* find(std::string_view endpoint) const noexcept;  ///< null: there is none of the name
  /// The first endpoint that has no address, those of sources apart; null: each has one.
  const ServedEndpoint* missing() const;
};

struct ServedListener {
  std::shared_ptr<ListenerAccount> account;
  std::shared_ptr<const ListenerConfig> config{};
  std::optional<std::size_t> upstream{};             ///< index in its snapshot; none: only routes lead on
  std::vector<std::optional<std::size_t>> routed{};  ///< the same for each of its routes; none: it rejects
  std::shared_ptr<const ListenerTls> tls{};          ///< null: TLS does not end here
  SourceLimits sources{};
  std::vector<std::shared_ptr<Listener>> on_worker{};  ///< one each
};

/// Whether sessions of both would be served alike, their upstreams apart.
bool same_settings(const ListenerConfig& one, const ListenerConfig& other);

}  // namespace duplexd
