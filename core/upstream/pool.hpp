#pragma once

#include "core/config/config.hpp"
#include "core/upstream/endpoint.hpp"

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace duplexd {

/// The endpoints of one upstream and what is configured about them, the same for all workers. Made and
/// destroyed on the control thread, once per snapshot or change of names; does not change in between.
class Pool {
 public:
  struct Member {
    const Endpoint* endpoint;
    unsigned weight = 1;
    bool leads_back = false;       ///< a listener of ours is there, and leads to this upstream again
    bool may_meet_itself = false;  ///< a port of this host, which the kernel may choose to dial from
  };

  Pool(std::shared_ptr<const UpstreamConfig> config, std::vector<Member> members);
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  const UpstreamConfig& config() const noexcept { return *config_; }
  std::span<const Member> members() const noexcept { return members_; }

  /// Whose turn it is, as indices of members; begins anew at its end. Empty if there are no members.
  std::span<const std::uint32_t> turns() const noexcept { return turns_; }

  /// The local addresses to dial endpoints of `family` from; empty: the kernel chooses.
  std::span<const SocketAddress> sources(int family) const noexcept;

 private:
  const std::shared_ptr<const UpstreamConfig> config_;
  const std::vector<Member> members_;
  const std::vector<std::uint32_t> turns_;
  std::array<std::vector<SocketAddress>, 2> sources_;  // IPv4, IPv6
};

}  // namespace duplexd
