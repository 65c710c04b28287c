#include "core/upstream/endpoint.hpp"

#include "tests/support/peer.hpp"

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <thread>
#include <utility>

namespace duplexd {
namespace {

class EndpointTest : public testing::Test {
 protected:
  NameStanding name_;
  const Endpoint endpoint_{"endpoint", name_, test::loopback(1), 1};
};

TEST_F(EndpointTest, HoldsAreCounted) {
  EndpointHold first(endpoint_);
  EndpointHold second(endpoint_);
  EXPECT_EQ(endpoint_.sessions().live, 2u);
  second = std::move(first);
  EXPECT_EQ(endpoint_.sessions().live, 1u);
  second.reset();
  EXPECT_EQ(endpoint_.sessions().live, 0u);
  EXPECT_EQ(endpoint_.sessions().taken, 2u);
}

TEST_F(EndpointTest, FullEndpointIsNotTaken) {
  EndpointHold first(endpoint_, 2);
  const EndpointHold second(endpoint_, 2);
  ASSERT_TRUE(first && second);
  EXPECT_FALSE(EndpointHold(endpoint_, 2));
  EXPECT_EQ(endpoint_.sessions().taken, 2u);
  first.reset();
  EXPECT_TRUE(EndpointHold(endpoint_, 2));
}

TEST_F(EndpointTest, ThreadsNeverTakeTooMany) {
  constexpr std::uint64_t most = 3;
  std::atomic<std::uint64_t> live{0};
  std::atomic<std::uint64_t> greatest{0};
  std::atomic<std::uint64_t> taken{0};
  const auto take_and_leave = [&] {
    for (int i = 0; i < 20'000; ++i) {
      const EndpointHold hold(endpoint_, most);
      if (!hold) continue;
      const std::uint64_t now = live.fetch_add(1) + 1;
      std::uint64_t seen = greatest.load();
      while (seen < now && !greatest.compare_exchange_weak(seen, now)) {
      }
      taken.fetch_add(1);
      live.fetch_sub(1);
    }
  };
  std::array<std::thread, 8> threads;
  for (std::thread& thread : threads) thread = std::thread(take_and_leave);
  for (std::thread& thread : threads) thread.join();
  EXPECT_LE(greatest.load(), most);
  EXPECT_GT(taken.load(), 0u);
  EXPECT_EQ(endpoint_.sessions().live, 0u);
  EXPECT_EQ(endpoint_.sessions().taken, taken.load());
}

TEST_F(EndpointTest, OperatorComesBeforeChecks) {
  EXPECT_EQ(endpoint_.standing(), Standing::up);
  endpoint_.set_up(false, 0);
  EXPECT_EQ(endpoint_.standing(), Standing::down);
  name_.word = OperatorWord::drain;
  EXPECT_EQ(endpoint_.standing(), Standing::drained);
  name_.word = OperatorWord::disable;
  EXPECT_EQ(endpoint_.standing(), Standing::disabled);
  endpoint_.set_up(true, 7);
  EXPECT_EQ(endpoint_.standing(), Standing::disabled);
  name_.word = OperatorWord::none;
  EXPECT_EQ(endpoint_.standing(), Standing::up);
  EXPECT_EQ(endpoint_.up_since(), 7);
}

TEST_F(EndpointTest, StandingsHaveWords) {
  EXPECT_EQ(to_word(Standing::up), "up");
  EXPECT_EQ(to_word(Standing::ejected), "ejected");
  EXPECT_EQ(to_word(Standing::down), "down");
  EXPECT_EQ(to_word(Standing::drained), "drained");
  EXPECT_EQ(to_word(Standing::disabled), "disabled");
}

TEST_F(EndpointTest, AttemptsAreCountedByCause) {
  endpoint_.count_connection();
  endpoint_.count_failure(CloseReason::connect_refused);
  endpoint_.count_failure(CloseReason::connect_error);
  endpoint_.count_failure(CloseReason::connect_error);
  endpoint_.count_failure(CloseReason::local_error);
  endpoint_.count_failure(CloseReason::client_left);
  endpoint_.count_check(CheckResult::Outcome::passed);
  endpoint_.count_check(CheckResult::Outcome::failed);
  endpoint_.count_check(CheckResult::Outcome::failed);
  endpoint_.trust().on_answer(1, std::chrono::microseconds(300));
  Totals::Endpoint row;
  row.connected = 1;
  endpoint_.add_to(row);
  EXPECT_EQ(row.connected, 2u);
  EXPECT_EQ(row.checks_passed, 1u);
  EXPECT_EQ(row.checks_failed, 2u);
  EXPECT_EQ(row.checks_not_made, 0u);
  EXPECT_EQ(row.usual_connect, std::chrono::microseconds(300));
  CloseCounts failed{};
  failed[static_cast<std::size_t>(CloseReason::connect_refused)] = 1;
  failed[static_cast<std::size_t>(CloseReason::connect_error)] = 2;
  EXPECT_EQ(row.failed, failed) << "what this host is short of is nobody's failure";
}

}  // namespace
}  // namespace duplexd
