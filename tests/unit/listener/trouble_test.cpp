#include "core/listener/trouble.hpp"

#include "tests/support/peer.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <cerrno>
#include <thread>
#include <vector>

namespace duplexd {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;
using Kind = Notice::Kind;

TEST(NoticeGateTest, LetsOneNoticeASecondPass) {
  NoticeGate gate;
  const Clock::time_point start = Clock::now();
  EXPECT_TRUE(gate.try_pass(start));
  EXPECT_FALSE(gate.try_pass(start));
  EXPECT_FALSE(gate.try_pass(start + 999ms));
  EXPECT_TRUE(gate.try_pass(start + 1s));
  EXPECT_FALSE(gate.try_pass(start + 1999ms));
  EXPECT_TRUE(gate.try_pass(start + 1h));
}

TEST(NoticeGateTest, OneOfSimultaneousWorkersPasses) {
  const Clock::time_point now = Clock::now();
  for (int round = 0; round < 200; ++round) {
    NoticeGate gate;
    std::atomic<int> passed{0};
    const auto worker = [&] { passed += gate.try_pass(now); };
    std::thread other(worker);
    worker();
    other.join();
    ASSERT_EQ(passed.load(), 1);
  }
}

struct Notices final : EventSink {
  void session_ended(const SessionEnd&) noexcept override {}
  void notice(const Notice& notice) noexcept override { all.push_back(notice); }
  std::vector<Notice> all;
};

class TroubleTest : public testing::Test {
 protected:
  TroubleTest() { notices.all.reserve(100); }

  // The gate keeps real time: what waits for it comes within a second.
  bool ticks_until_notices(Tick now, std::size_t count) {
    return test::eventually([&] {
      trouble.on_tick(now);
      return notices.all.size() >= count;
    });
  }

  Notices notices;
  NoticeGate gate;
  Trouble trouble{notices, 3, "web", gate};
};

TEST_F(TroubleTest, BeginningsAreReportedWithTheirCause) {
  trouble.on_trouble(10, Kind::accept_backing_off, EMFILE);
  ASSERT_EQ(notices.all.size(), 1u);
  const Notice& begin = notices.all.front();
  EXPECT_EQ(begin.kind, Kind::accept_backing_off);
  EXPECT_EQ(begin.error, EMFILE);
  EXPECT_EQ(begin.subject, "web");
  EXPECT_EQ(begin.worker, 3u);
  EXPECT_EQ(begin.count, 1u);
}

TEST_F(TroubleTest, ManyPausesAreReportedOnce) {
  for (Tick now = 0; now < 1000; ++now) {
    trouble.on_trouble(now, now % 2 == 0 ? Kind::accept_backing_off : Kind::sessions_exhausted, EMFILE);
    trouble.on_tick(now);
  }
  EXPECT_EQ(notices.all.size(), 1u);
}

TEST_F(TroubleTest, EndsAreReportedAfterQuietSeconds) {
  trouble.on_trouble(10, Kind::accept_backing_off, EMFILE);
  const Clock::time_point begun = Clock::now();
  trouble.on_trouble(20, Kind::accept_backing_off, EMFILE);
  ASSERT_TRUE(test::eventually([&] { return Clock::now() - begun > 1s; })) << "until the gate is open";
  trouble.on_tick(69);
  EXPECT_EQ(notices.all.size(), 1u) << "4.9 seconds are not quiet enough";
  ASSERT_TRUE(ticks_until_notices(70, 2));
  EXPECT_EQ(notices.all.back().kind, Kind::accept_resumed);
  EXPECT_EQ(notices.all.back().count, 2u) << "pauses in all";
  EXPECT_EQ(notices.all.back().subject, "web");
  for (Tick now = 71; now < 1000; ++now) trouble.on_tick(now);
  EXPECT_EQ(notices.all.size(), 2u);
}

TEST_F(TroubleTest, QuietTicksReportNothing) {
  for (Tick now = 0; now < 1000; ++now) trouble.on_tick(now);
  EXPECT_TRUE(notices.all.empty());
}

TEST_F(TroubleTest, BeginningsHeldBackPrecedeTheirEnd) {
  ASSERT_TRUE(gate.try_pass(Clock::now()));
  trouble.on_trouble(10, Kind::sessions_exhausted, 0);
  trouble.on_trouble(11, Kind::sessions_exhausted, 0);
  EXPECT_TRUE(notices.all.empty());
  ASSERT_TRUE(ticks_until_notices(100, 1));
  EXPECT_EQ(notices.all.front().kind, Kind::sessions_exhausted);
  EXPECT_EQ(notices.all.front().count, 2u);
  ASSERT_TRUE(ticks_until_notices(100, 2));
  EXPECT_EQ(notices.all.back().kind, Kind::accept_resumed);
}

TEST_F(TroubleTest, NextEpisodesCountFromOne) {
  trouble.on_trouble(10, Kind::accept_backing_off, EMFILE);
  ASSERT_TRUE(ticks_until_notices(100, 2));
  trouble.on_trouble(200, Kind::sessions_exhausted, 0);
  ASSERT_TRUE(ticks_until_notices(200, 3));
  EXPECT_EQ(notices.all.back().kind, Kind::sessions_exhausted);
  EXPECT_EQ(notices.all.back().error, 0);
  EXPECT_EQ(notices.all.back().count, 1u);
}

}  // namespace
}  // namespace duplexd
