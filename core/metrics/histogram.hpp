#pragma once

#include "core/metrics/counter.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <numeric>

namespace duplexd {

/// The longest time of each bucket of a histogram, in ascending order. One more bucket has the longer times.
using Bounds = std::array<std::chrono::microseconds, 13>;

/// Of times in which something answers. The lower ones tell this host, its network and its continent apart.
/// A connection that lost its first segment takes a second and what it takes otherwise, one that lost two
/// takes three (RFC 6298, 2.1 and 5.5): each of these has a bucket of its own.
inline constexpr Bounds answer_bounds = [] {
  using std::chrono::microseconds;
  return Bounds{microseconds(100),      microseconds(250),     microseconds(500),     microseconds(1'000),
                microseconds(2'500),    microseconds(5'000),   microseconds(10'000),  microseconds(25'000),
                microseconds(50'000),   microseconds(100'000), microseconds(250'000), microseconds(1'000'000),
                microseconds(3'000'000)};
}();

/// Of how long sessions last: from a request of HTTP/1.0 to connections of databases, which last for days.
inline constexpr Bounds session_bounds = [] {
  using namespace std::chrono;
  return Bounds{milliseconds(1), milliseconds(10), milliseconds(100), seconds(1),  seconds(5),
                seconds(15),     minutes(1),       minutes(5),        minutes(15), hours(1),
                hours(4),        hours(24),        hours(24 * 7)};
}();

/// The bucket of a time.
constexpr std::size_t bucket_of(const Bounds& bounds, std::chrono::microseconds time) noexcept {
  return static_cast<std::size_t>(std::ranges::lower_bound(bounds, time) - bounds.begin());
}

/// What one thread counts of times; any may read it.
struct Histogram {
  std::array<Counter, std::tuple_size_v<Bounds> + 1> buckets;
  Counter microseconds;  ///< of all together

  void add(const Bounds& bounds, std::chrono::microseconds time) noexcept {
    buckets[bucket_of(bounds, time)].add();
    microseconds.add(static_cast<std::uint64_t>(std::max<std::int64_t>(0, time.count())));
  }
};

/// The same, summed.
struct HistogramCounts {
  std::array<std::uint64_t, std::tuple_size_v<Bounds> + 1> buckets{};
  std::uint64_t microseconds = 0;

  void add(const Histogram& counted) noexcept {
    for (std::size_t i = 0; i < buckets.size(); ++i) buckets[i] += counted.buckets[i].value();
    microseconds += counted.microseconds.value();
  }
  void add(const HistogramCounts& other) noexcept {
    for (std::size_t i = 0; i < buckets.size(); ++i) buckets[i] += other.buckets[i];
    microseconds += other.microseconds;
  }
  std::uint64_t count() const noexcept {
    return std::accumulate(buckets.begin(), buckets.end(), std::uint64_t{0});
  }
};

}  // namespace duplexd
