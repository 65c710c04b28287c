#include "core/metrics/totals.hpp"

#include <algorithm>
#include <numeric>

namespace duplexd {

namespace {

template <std::size_t Count>
void add(std::array<std::uint64_t, Count>& sums, const std::array<Counter, Count>& counters) noexcept {
  for (std::size_t i = 0; i < Count; ++i) sums[i] += counters[i].value();
}

template <std::size_t Count>
void add(std::array<std::uint64_t, Count>& sums, const std::array<std::uint64_t, Count>& others) noexcept {
  for (std::size_t i = 0; i < Count; ++i) sums[i] += others[i];
}

}  // namespace

void Totals::Listener::add(const ListenerCounters& counters) noexcept {
  // Reads `moved` and `ended` first: a session that goes meanwhile then counts as live, so that `live` is
  // never negative.
  CloseCounts over{};
  const std::uint64_t moved = counters.moved.value();
  duplexd::add(over, counters.ended);
  const std::uint64_t came = counters.accepted.value();
  accepted += came;
  live += came - std::accumulate(over.begin(), over.end(), moved);
  duplexd::add(ended, over);
  upstream_bytes += counters.upstream_bytes.value();
  downstream_bytes += counters.downstream_bytes.value();
  spliced_bytes += counters.spliced_bytes.value();
  undelivered_bytes += counters.undelivered_bytes.value();
  accept_errors += counters.accept_errors.all.value();
  accept_errnos.add(counters.accept_errors);
  backoffs += counters.backoffs.value();
  at_limit += counters.at_limit.value();
  handshakes_waited += counters.handshakes_waited.value();
  duplexd::add(beyond_tried, counters.beyond_tried);
  sources_forgotten += counters.sources_forgotten.value();
  upstream_stalls += counters.upstream_stalls.value();
  downstream_stalls += counters.downstream_stalls.value();
  upstream_stalled += counters.upstream_stalled.value();
  downstream_stalled += counters.downstream_stalled.value();
  // Reads `half_closed_over` first, for the same reason.
  const std::uint64_t half_closed_over = counters.half_closed_over.value();
  half_closed += counters.half_closed.value() - half_closed_over;
  half_closed_oldest =
      std::max(half_closed_oldest, std::chrono::microseconds(counters.half_closed_oldest.value()));
  durations.add(counters.durations);
}

void Totals::Listener::add(const Listener& other) noexcept {
  duplexd::add(ended, other.ended);
  accepted += other.accepted;
  live += other.live;
  upstream_bytes += other.upstream_bytes;
  downstream_bytes += other.downstream_bytes;
  spliced_bytes += other.spliced_bytes;
  undelivered_bytes += other.undelivered_bytes;
  accept_errors += other.accept_errors;
  accept_errnos.add(other.accept_errnos);
  backoffs += other.backoffs;
  at_limit += other.at_limit;
  handshakes_waited += other.handshakes_waited;
  duplexd::add(beyond_tried, other.beyond_tried);
  sources_forgotten += other.sources_forgotten;
  upstream_stalls += other.upstream_stalls;
  downstream_stalls += other.downstream_stalls;
  upstream_stalled += other.upstream_stalled;
  downstream_stalled += other.downstream_stalled;
  half_closed += other.half_closed;
  half_closed_oldest = std::max(half_closed_oldest, other.half_closed_oldest);
  durations.add(other.durations);
}

void Totals::Upstream::add(const UpstreamCounters& counters) noexcept {
  connected += counters.connected.value();
  duplexd::add(failed, counters.failed);
  connect_times.add(counters.connect_times);
  first_bytes.add(counters.first_bytes);
}

void Totals::Upstream::add(const Upstream& other) noexcept {
  connected += other.connected;
  duplexd::add(failed, other.failed);
  connect_times.add(other.connect_times);
  first_bytes.add(other.first_bytes);
}

Totals::Listener Totals::of_all_listeners() const noexcept {
  Listener all;
  for (const Listener& listener : listeners) all.add(listener);
  all.add(former_listeners);
  return all;
}

}  // namespace duplexd
