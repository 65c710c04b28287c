#include "core/listener/sources/source_rates.hpp"

#include <algorithm>
#include <bit>

namespace duplexd {

namespace {

constexpr auto relaxed = std::memory_order_relaxed;
constexpr std::size_t buckets_of_window = 64;

}  // namespace

SourceRates::SourceRates(unsigned ipv6_prefix, std::size_t sources)
    : hash_(ipv6_prefix),
      mask_(std::bit_ceil(std::max(2 * sources, buckets_of_window)) - 1),
      buckets_(std::make_unique<Bucket[]>(mask_ + 1)) {}

std::uint64_t SourceRates::hash_of(const PeerAddress& source) const noexcept {
  return std::max<std::uint64_t>(hash_(source), 1);
}

// The bucket of another source is full for this one, which take() makes it.
bool SourceRates::may_take(const PeerAddress& source, Nanoseconds now) const noexcept {
  if (!source.is_ip()) return true;
  const std::uint64_t hashed = hash_of(source);
  const Found found = find(hashed);
  return found.source == hashed ? pace_.may_take(found.bucket->due, now) : pace_.may_take(Pace::Due{0}, now);
}

SourceRates::Taken SourceRates::take(const PeerAddress& source, Nanoseconds now) noexcept {
  Taken taken;
  if (!source.is_ip()) return taken;
  const std::uint64_t hashed = hash_of(source);
  // Again where another worker changed the bucket between the look and the exchange.
  while (true) {
    const Found found = find(hashed);
    if (found.source != hashed && !claim(found, hashed, now, taken)) continue;
    taken.may = pace_.try_take(found.bucket->due, now);
    return taken;
  }
}

// The bucket of the source, else the one of its window that is the next to be full, or was the first.
SourceRates::Found SourceRates::find(std::uint64_t source) const noexcept {
  const std::uint64_t begin = SourceHash::mix(source);
  Found fullest{};
  std::int64_t earliest = 0;
  for (std::size_t i = 0; i < buckets_of_window; ++i) {
    Bucket& bucket = buckets_[(begin + i) & mask_];
    const std::uint64_t owner = bucket.source.load(relaxed);
    // One that was never used is taken before all that are behind it.
    if (owner == source || owner == 0) return {&bucket, owner};
    const std::int64_t due = bucket.due.load(relaxed);
    if (fullest.bucket && due >= earliest) continue;
    fullest = {&bucket, owner};
    earliest = due;
  }
  return fullest;
}

// False: it went to another source meanwhile.
bool SourceRates::claim(const Found& found, std::uint64_t source, Nanoseconds now, Taken& taken) noexcept {
  std::uint64_t owner = found.source;
  if (!found.bucket->source.compare_exchange_strong(owner, source, relaxed)) return false;
  std::int64_t due = found.bucket->due.load(relaxed);
  taken.forgot = due > now.count();
  while (due > now.count() && !found.bucket->due.compare_exchange_weak(due, now.count(), relaxed)) {
  }
  return true;
}

}  // namespace duplexd
