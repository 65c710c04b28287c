#include "core/metrics/totals.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

namespace duplexd {
namespace {

std::size_t index(CloseReason reason) { return static_cast<std::size_t>(reason); }

TEST(TotalsTest, CountersOfWorkersAreSummed) {
  ListenerCounters one;
  one.accepted.add(5);
  one.ended[index(CloseReason::client_finished)].add(2);
  one.ended[index(CloseReason::local_error)].add();
  one.upstream_bytes.add(10);
  one.downstream_bytes.add(20);
  one.undelivered_bytes.add(30);
  one.accept_errors.add(40);
  one.backoffs.add(50);
  one.at_limit.add(60);
  one.sources_forgotten.add(70);
  one.handshakes_waited.add(80);
  one.beyond_tried[static_cast<std::size_t>(Limit::rate)].add(90);
  ListenerCounters other;
  other.accepted.add(3);
  other.ended[index(CloseReason::client_finished)].add(1);
  other.at_limit.add(1);

  Totals::Listener total;
  total.add(one);
  total.add(other);
  EXPECT_EQ(total.accepted, 8u);
  EXPECT_EQ(total.live, 4u);
  EXPECT_EQ(total.ended[index(CloseReason::client_finished)], 3u);
  EXPECT_EQ(total.ended[index(CloseReason::local_error)], 1u);
  EXPECT_EQ(total.upstream_bytes, 10u);
  EXPECT_EQ(total.downstream_bytes, 20u);
  EXPECT_EQ(total.undelivered_bytes, 30u);
  EXPECT_EQ(total.accept_errors, 40u);
  EXPECT_EQ(total.backoffs, 50u);
  EXPECT_EQ(total.at_limit, 61u);
  EXPECT_EQ(total.sources_forgotten, 70u);
  EXPECT_EQ(total.handshakes_waited, 80u);
  EXPECT_EQ(total.beyond_tried[static_cast<std::size_t>(Limit::rate)], 90u);
}

TEST(TotalsTest, AttemptsOfWorkersAreSummed) {
  UpstreamCounters counters;
  counters.connected.add(7);
  counters.failed[index(CloseReason::connect_refused)].add(2);
  Totals::Upstream total;
  total.add(counters);
  total.add(counters);
  EXPECT_EQ(total.connected, 14u);
  EXPECT_EQ(total.failed[index(CloseReason::connect_refused)], 4u);
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
