#include "core/metrics/totals.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <thread>

namespace duplexd {
namespace {

std::size_t index(CloseReason reason) { return static_cast<std::size_t>(reason); }

TEST(TotalsTest, CountersOfWorkersAreSummed) {
  ListenerCounters one;
  one.accepted.add(5);
  one.ended[index(CloseReason::client_finished)].add(2);
  one.ended[index(CloseReason::local_error)].add();
  one.moved.add(1);
  one.upstream_bytes.add(10);
  one.downstream_bytes.add(20);
  one.undelivered_bytes.add(30);
  one.accept_errors.add(EMFILE);
  one.accept_errors.add(EMFILE);
  one.accept_errors.add(EINVAL);
  one.backoffs.add(50);
  one.at_limit.add(60);
  one.sources_forgotten.add(70);
  one.handshakes_waited.add(80);
  one.beyond_tried[static_cast<std::size_t>(Limit::rate)].add(90);
  one.upstream_stalls.add(100);
  one.downstream_stalls.add(110);
  one.upstream_stalled.add(120);
  one.downstream_stalled.add(130);
  one.half_closed.add(3);
  one.half_closed_over.add(1);
  one.half_closed_oldest.set(5'000);
  one.durations.add(session_bounds, std::chrono::seconds(1));
  ListenerCounters other;
  other.accepted.add(3);
  other.ended[index(CloseReason::client_finished)].add(1);
  other.at_limit.add(1);
  other.half_closed_oldest.set(7'000);

  Totals::Listener total;
  total.add(one);
  total.add(other);
  EXPECT_EQ(total.accepted, 8u);
  EXPECT_EQ(total.live, 3u);
  EXPECT_EQ(total.ended[index(CloseReason::client_finished)], 3u);
  EXPECT_EQ(total.ended[index(CloseReason::local_error)], 1u);
  EXPECT_EQ(total.upstream_bytes, 10u);
  EXPECT_EQ(total.downstream_bytes, 20u);
  EXPECT_EQ(total.undelivered_bytes, 30u);
  EXPECT_EQ(total.accept_errors, 3u);
  EXPECT_EQ(total.accept_errnos.counts[0], 2u) << accept_errnos[0].name;
  EXPECT_EQ(total.backoffs, 50u);
  EXPECT_EQ(total.at_limit, 61u);
  EXPECT_EQ(total.sources_forgotten, 70u);
  EXPECT_EQ(total.handshakes_waited, 80u);
  EXPECT_EQ(total.beyond_tried[static_cast<std::size_t>(Limit::rate)], 90u);
  EXPECT_EQ(total.upstream_stalls, 100u);
  EXPECT_EQ(total.downstream_stalls, 110u);
  EXPECT_EQ(total.upstream_stalled, 120u);
  EXPECT_EQ(total.downstream_stalled, 130u);
  EXPECT_EQ(total.half_closed, 2u);
  EXPECT_EQ(total.half_closed_oldest, std::chrono::milliseconds(7)) << "of all workers";
  EXPECT_EQ(total.durations.count(), 1u);
  EXPECT_EQ(total.durations.microseconds, 1'000'000u);
}

TEST(TotalsTest, AttemptsOfWorkersAreSummed) {
  UpstreamCounters counters;
  counters.connected.add(7);
  counters.failed[index(CloseReason::connect_refused)].add(2);
  counters.connect_times.add(answer_bounds, std::chrono::milliseconds(1));
  counters.first_bytes.add(answer_bounds, std::chrono::milliseconds(3));
  Totals::Upstream total;
  total.add(counters);
  total.add(counters);
  EXPECT_EQ(total.connected, 14u);
  EXPECT_EQ(total.failed[index(CloseReason::connect_refused)], 4u);
  EXPECT_EQ(total.connect_times.microseconds, 2'000u);
  EXPECT_EQ(total.first_bytes.microseconds, 6'000u);
}

TEST(TotalsTest, LiveSessionsAreNeverNegative) {
  ListenerCounters counters;
  std::atomic<bool> stop{false};
  std::thread worker([&] {
    for (std::size_t i = 0; !stop.load(); ++i) {
      counters.accepted.add();
      counters.ended[i % close_reason_count].add();
    }
  });
  for (int i = 0; i < 20'000; ++i) {
    Totals::Listener total;
    total.add(counters);
    // Below zero would be near 2^64.
    EXPECT_LE(total.live, total.accepted);
  }
  stop = true;
  worker.join();
  Totals::Listener last;
  last.add(counters);
  EXPECT_EQ(last.live, 0u);
}

}  // namespace
}  // namespace duplexd
