#pragma once

#include "core/upstream/endpoint.hpp"
#include "core/upstream/turns.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace duplexd {

/// An endpoint in a pool, and what the configuration of that pool says of it.
struct PoolMember {
  const Endpoint* endpoint;
  unsigned weight = 1;           ///< of its name, whatever the number of addresses
  std::uint32_t priority = 0;    ///< those of the lowest number serve
  std::uint64_t most = 0;        ///< sessions at once; EndpointHold::any
  float share = 1;               ///< of the weight of its name: the addresses have equal parts
  bool leads_back = false;       ///< a listener of ours is there, and leads to this upstream again
  bool may_meet_itself = false;  ///< a port of this host, which the kernel may choose to dial from
  bool two_families = false;     ///< its name has addresses of the other family as well

  friend bool operator==(const PoolMember&, const PoolMember&) = default;
};

/// The members of one priority, and the tables that policies look things up in. Does not change.
class Tier {
 public:
  /// `members` outlive it, all have weight, and the addresses of a name follow each other. `with_table`:
  /// consistent() will be asked for.
  Tier(std::span<const PoolMember> members, bool with_table);

  std::span<const PoolMember> members() const noexcept { return members_; }

  /// Whose turn it is. Names take turns by weight, and the addresses of a name take its turns one after the
  /// other.
  const PoolMember& of_turn(std::uint64_t turn) const noexcept;

  /// In so many turns every member has one or more.
  std::uint64_t rotation() const noexcept { return rotation_; }

  /// Whose `hash` is. Of another tier that lacks some of the members, few hashes belong to somebody else.
  const PoolMember& consistent(std::uint64_t hash) const noexcept {
    return members_[table_[hash % table_.size()]];
  }

 private:
  struct Name {
    std::uint32_t first = 0;      // of its members
    std::uint32_t addresses = 0;  // so many members
    std::uint32_t turns = 0;      // in a round
  };

  static std::vector<Name> names_of(std::span<const PoolMember> members);
  void take_turns();

  std::span<const PoolMember> members_;
  std::vector<Name> names_;
  std::vector<Turn> turns_;  // a round of the names
  std::uint64_t rotation_ = 0;
  std::vector<std::uint32_t> table_;  // of Maglev, or empty
};

}  // namespace duplexd
