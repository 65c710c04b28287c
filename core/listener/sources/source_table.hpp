#pragma once

#include "core/listener/sources/source_hash.hpp"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>

namespace duplexd {

/// Counts the sessions of each source address against one limit, for all workers and without a lock: a fixed
/// table of (fingerprint, count) words, searched in a short window behind the address's hash.
///
/// Exact while one worker sees a source for the first time; two that do at the same instant may each find
/// their own slot, and the source can then have up to twice its limit until it has left one. Safe from any
/// thread.
class SourceTable {
 public:
  using Ticket = std::uint32_t;
  static constexpr Ticket uncounted = 0xffffffff;  ///< give_back() takes it and does nothing
  static constexpr Ticket refused = 0xfffffffe;

  /// The table takes 16 MiB for so many: a limit of sessions that follows from RLIMIT_NOFILE can be absurd.
  static constexpr std::size_t most_sources = std::size_t{1} << 20;

  /// `most` sessions for one source; made for `sources` sources at once, or `most_sources`. IPv6 addresses
  /// count as one source by their first `ipv6_prefix` bits.
  SourceTable(std::size_t most, std::size_t sources, unsigned ipv6_prefix);

  /// A ticket to give back when the session has ended, `refused` if the source has `most` already, or
  /// `uncounted`: Unix clients have no address, and where a window is full the client gets the benefit of the
  /// doubt.
  Ticket take(const PeerAddress& source) noexcept;
  /// The same also beyond `most`, which is told; never `refused`.
  Ticket take_beyond(const PeerAddress& source, bool& beyond) noexcept;
  void give_back(Ticket ticket) noexcept;

  /// Sessions that are there stay, even if their source has more than that now.
  void set_most(std::size_t most) noexcept;
  /// Whether one that is made for so many sources would count alike.
  bool fits(std::size_t sources, unsigned ipv6_prefix) const noexcept;

 private:
  using Word = std::uint64_t;  // fingerprint above, count below; 0: free

  Ticket find(Word fingerprint, std::size_t begin) noexcept;
  Ticket take(const PeerAddress& source, Word most) noexcept;
  Ticket try_add(std::size_t slot, Word fingerprint, Word most, bool& lost) noexcept;

  std::atomic<Word> most_;
  const SourceHash hash_;
  const std::size_t mask_;
  const std::unique_ptr<std::atomic<Word>[]> slots_;
};

}  // namespace duplexd
