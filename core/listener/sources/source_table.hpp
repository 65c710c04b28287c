#pragma once

#include "core/listener/sources/source_hash.hpp"
#include "core/listener/sources/source_slots.hpp"

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace duplexd {

/// Counts the sessions of each source address against one limit, for all workers and without a lock: a table
/// of (fingerprint, count) words, searched in a short window behind the address's hash. It grows and its
/// limit changes while sessions are counted, and forgets none of them.
///
/// Two workers that see a source for the first time at the same instant agree on one slot. If a third source
/// leaves a slot at that very moment they may not, and the source can then have up to twice its limit until
/// it has left one. Safe from any thread.
class SourceTable {
 public:
  using Ticket = SourceSlots::Index;
  static constexpr Ticket uncounted = SourceSlots::none;  ///< give_back() takes it and does nothing
  static constexpr Ticket refused = 0xfffffffe;

  /// `most` sessions for one source; made for `sources` sources at once, or SourceSlots::most_sources: a
  /// limit of sessions that follows from RLIMIT_NOFILE can be absurd. IPv6 addresses count as one source by
  /// their first `ipv6_prefix` bits.
  SourceTable(std::size_t most, std::size_t sources, unsigned ipv6_prefix);

  /// A ticket to give back when the session has ended, `refused` if the source has `most` already, or
  /// `uncounted`: Unix clients have no address, and where a window is full the client gets the benefit of the
  /// doubt.
  Ticket take(const PeerAddress& source) noexcept;
  /// The same also beyond `most`, which is told; never `refused`.
  Ticket take_beyond(const PeerAddress& source, bool& beyond) noexcept;
  void give_back(Ticket ticket) noexcept;

  /// What take() would find; it changes nothing.
  struct Use {
    std::uint64_t sessions = 0;  ///< that the source has
    std::uint64_t most = 0;
    bool may = true;      ///< it may have one more
    bool counted = true;  ///< false: the source has no address, or the table no slot for it
  };
  Use use_of(const PeerAddress& source) const noexcept;

  /// Sessions that are there stay, even if their source has more than that now.
  void set_most(std::size_t most) noexcept;
  /// For IPv6 addresses that come from now on: those that are counted are so by the bits that they came with.
  void set_ipv6_prefix(unsigned bits) noexcept { hash_.set_ipv6_prefix(bits); }
  /// It is for so many sources, if it was for fewer. On the control thread. Without memory, std::bad_alloc.
  void make_room(std::size_t sources) { slots_.grow(sources); }

 private:
  using Word = SourceSlots::Word;

  struct Key {
    Word fingerprint;
    std::size_t begin;  // of its window
  };
  Key key_of(const PeerAddress& source) const noexcept;
  static bool has_room(Word word, Word most) noexcept;
  Ticket take(const PeerAddress& source, Word most) noexcept;
  enum class Added : std::uint8_t {
    first,  // of its source
    another,
    refused,
    too_late,  // another worker has changed the slot
  };
  Added try_add(Ticket slot, Word fingerprint, Word most) noexcept;

  std::atomic<Word> most_;
  SourceHash hash_;
  SourceSlots slots_;
};

}  // namespace duplexd
