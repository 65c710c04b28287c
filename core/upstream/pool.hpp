#pragma once

#include "core/config/config.hpp"
#include "core/net/address/claim.hpp"
#include "core/net/tunnel/tunnel.hpp"
#include "core/tls/endpoint_tls.hpp"
#include "core/upstream/endpoint.hpp"
#include "core/upstream/tier.hpp"

#include <array>
#include <memory>
#include <span>
#include <vector>

namespace duplexd {

/// How the endpoints of an upstream are reached.
struct EndpointReach {
  std::shared_ptr<const EndpointTls> tls{};  ///< spoken with them; null: none is
  std::shared_ptr<const Tunnel> tunnel{};    ///< how their proxy is asked; null: there is none
  /// Where clients come to that nobody led here, if an endpoint is where the client wanted to go.
  std::vector<Claim> claims{};

  bool operator==(const EndpointReach& other) const;
};

/// The endpoints of one upstream and what is configured about them, the same for all workers. Made and
/// destroyed on the control thread, once per snapshot or change of names; does not change in between.
class Pool {
 public:
  using Member = PoolMember;

  /// By priority, and in each those without weight last. Says which names have two families.
  static std::vector<Member> in_order(std::vector<Member> members);

  /// `members` are in_order(), and the addresses of a name follow each other.
  Pool(std::shared_ptr<const UpstreamConfig> config, std::vector<Member> members, EndpointReach reach = {});
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  const UpstreamConfig& config() const noexcept { return *config_; }
  const std::shared_ptr<const UpstreamConfig>& shared_config() const noexcept { return config_; }
  /// In the order of their priorities.
  std::span<const Member> members() const noexcept { return members_; }
  /// Those of the first serve; those of the next when all before them are down. A member without weight is in
  /// none.
  std::span<const Tier> tiers() const noexcept { return tiers_; }

  /// The number of the endpoint's tier; the number of tiers, if it is in none.
  std::size_t tier_of(const Endpoint& endpoint) const noexcept;

  /// Whether one more may be ejected beside those that are.
  bool may_eject() const noexcept;

  /// How TLS is spoken with its endpoints; null: it is not.
  const EndpointTls* tls() const noexcept { return reach_.tls.get(); }

  /// How the proxy that leads to its endpoints is asked for them; null: there is none. The addresses of its
  /// endpoints are those of the proxy.
  const std::shared_ptr<const Tunnel>& tunnel() const noexcept { return reach_.tunnel; }
  const EndpointReach& reach() const noexcept { return reach_; }

  /// Some endpoint takes only so many sessions at once.
  bool has_limits() const noexcept { return has_limits_; }

  /// The local addresses to dial endpoints of `family` from; empty: the kernel chooses.
  std::span<const SocketAddress> sources(int family) const noexcept;

 private:
  void make_tiers();

  const std::shared_ptr<const UpstreamConfig> config_;
  const std::vector<Member> members_;
  const EndpointReach reach_;
  std::vector<Tier> tiers_;
  bool has_limits_ = false;
  std::array<std::vector<SocketAddress>, 2> sources_;  // IPv4, IPv6
};

}  // namespace duplexd
