#pragma once

#include "core/config/config.hpp"
#include "core/upstream/endpoint.hpp"
#include "core/upstream/turns.hpp"

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
    unsigned weight = 1;           ///< of its name, whatever the number of addresses
    bool leads_back = false;       ///< a listener of ours is there, and leads to this upstream again
    bool may_meet_itself = false;  ///< a port of this host, which the kernel may choose to dial from

    friend bool operator==(const Member&, const Member&) = default;
  };

  /// The addresses of a name follow each other in `members`.
  Pool(std::shared_ptr<const UpstreamConfig> config, std::vector<Member> members);
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  const UpstreamConfig& config() const noexcept { return *config_; }
  std::span<const Member> members() const noexcept { return members_; }

  /// Whose turn it is. Names take turns by weight, and the addresses of a name take its turns one after the
  /// other. There are members.
  const Member& member_of(std::uint64_t turn) const noexcept;

  /// In so many turns every member has one or more; 0: there are no members.
  std::uint64_t rotation() const noexcept { return rotation_; }

  /// The local addresses to dial endpoints of `family` from; empty: the kernel chooses.
  std::span<const SocketAddress> sources(int family) const noexcept;

 private:
  struct Name {
    std::uint32_t first = 0;      // of its members
    std::uint32_t addresses = 0;  // so many members
    std::uint32_t turns = 0;      // in a round
  };

  static std::vector<Name> names_of(std::span<const Member> members);
  void take_turns();

  const std::shared_ptr<const UpstreamConfig> config_;
  const std::vector<Member> members_;
  std::vector<Name> names_;
  std::vector<Turn> turns_;  // a round of the names
  std::uint64_t rotation_ = 0;
  std::array<std::vector<SocketAddress>, 2> sources_;  // IPv4, IPv6
};

}  // namespace duplexd
