#pragma once

#include "core/listener/sources/source_hash.hpp"
#include "core/session/limits/pace.hpp"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>

namespace duplexd {

/// Holds each source address to one rate, for all workers and without a lock: a fixed table of token buckets,
/// searched in a short window behind the address's hash. A bucket that is full again is free for another
/// source. Where none of a window is, the one that is next to be full goes to the new source, and its own
/// source is forgotten: it may come as after a pause. Those that come most often are forgotten last.
///
/// Exact while one worker sees a source for the first time; two that do at the same instant may each take a
/// bucket, and the source has twice its burst then, once. Safe from any thread.
class SourceRates {
 public:
  using Nanoseconds = Pace::Nanoseconds;
  struct Taken {
    bool may = true;      ///< Unix clients have no address, and always may
    bool forgot = false;  ///< another source
  };

  /// Sources that certainly have a bucket each: the table takes 2 MiB.
  static constexpr std::size_t most_sources = std::size_t{1} << 16;

  explicit SourceRates(unsigned ipv6_prefix, std::size_t sources = most_sources);

  /// As Pace. Sources that came already are held to it as well.
  void set(std::uint64_t rate, std::uint64_t burst) noexcept { pace_.set(rate, burst); }
  /// Whether one of this source may happen now; it changes nothing.
  bool may_take(const PeerAddress& source, Nanoseconds now) const noexcept;
  /// One of this source happens, if it may.
  Taken take(const PeerAddress& source, Nanoseconds now) noexcept;

  /// IPv6 addresses have their rate anew.
  void set_ipv6_prefix(unsigned bits) noexcept { hash_.set_ipv6_prefix(bits); }

 private:
  struct Bucket {
    std::atomic<std::uint64_t> source{0};  // its hash; 0: none has had it
    Pace::Due due{0};
  };
  struct Found {
    Bucket* bucket;
    std::uint64_t source;  // that has it
  };
  std::uint64_t hash_of(const PeerAddress& source) const noexcept;
  Found find(std::uint64_t source) const noexcept;
  bool claim(const Found& found, std::uint64_t source, Nanoseconds now, Taken& taken) noexcept;

  Pace pace_;
  SourceHash hash_;
  const std::size_t mask_;
  const std::unique_ptr<Bucket[]> buckets_;
};

}  // namespace duplexd
