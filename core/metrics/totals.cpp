#include "core/metrics/totals.hpp"

#include <numeric>

namespace duplexd {

namespace {

void add(CloseCounts& sums, const std::array<Counter, close_reason_count>& counters) noexcept {
  for (std::size_t i = 0; i < close_reason_count; ++i) sums[i] += counters[i].value();
}

}  // namespace

void Totals::Listener::add(const ListenerCounters& counters) noexcept {
  // Reads `ended` first: a session that ends meanwhile then counts as live, so that `live` is never negative.
  duplexd::add(ended, counters.ended);
  accepted += counters.accepted.value();
  live = accepted - std::accumulate(ended.begin(), ended.end(), std::uint64_t{0});
  upstream_bytes += counters.upstream_bytes.value();
  downstream_bytes += counters.downstream_bytes.value();
  spliced_bytes += counters.spliced_bytes.value();
  undelivered_bytes += counters.undelivered_bytes.value();
  accept_errors += counters.accept_errors.value();
  backoffs += counters.backoffs.value();
  at_limit += counters.at_limit.value();
}

void Totals::Upstream::add(const UpstreamCounters& counters) noexcept {
  connected += counters.connected.value();
  duplexd::add(failed, counters.failed);
}

}  // namespace duplexd
