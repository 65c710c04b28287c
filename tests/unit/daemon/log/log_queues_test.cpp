#include "daemon/log/queue/log_queues.hpp"

#include "tests/unit/daemon/log/log_support.hpp"

#include <gtest/gtest.h>

namespace duplexd {
namespace {

using namespace std::chrono_literals;
using std::chrono::steady_clock;

Event session(std::uint64_t number) { return {{}, session_end(0, number)}; }

bool naps(LogQueues& queues) {
  const auto before = steady_clock::now();
  queues.nap(20ms);
  return steady_clock::now() - before >= 20ms;
}

// A nap that does not end in these tests ends them by their time limit.

TEST(LogQueuesTest, EndsOfSessionsWaitForNap) {
  LogQueues queues(1);
  queues.push(0, session(1));
  EXPECT_TRUE(naps(queues));
  EXPECT_TRUE(queues.pop());
}

TEST(LogQueuesTest, EndOfSessionEndsSleep) {
  LogQueues queues(1);
  queues.push(0, session(1));
  queues.sleep();
}

TEST(LogQueuesTest, LineEndsNap) {
  LogQueues queues(1);
  queues.push(LogLine(EventKind::ready));
  queues.nap(1h);
}

TEST(LogQueuesTest, NoticeEndsNap) {
  LogQueues queues(1);
  queues.push(1, {{}, Notice{.kind = Notice::Kind::resolve_failed, .subject = "db"}});
  queues.nap(1h);
}

TEST(LogQueuesTest, FloodLeavesRoomForVitalLines) {
  LogQueues queues(1);
  for (std::size_t i = 0; i < 2 * LineQueue::capacity; ++i) queues.push(LogLine(EventKind::changed));
  EXPECT_EQ(queues.dropped(), LineQueue::capacity);
  queues.push(LogLine(EventKind::reloaded));
  EXPECT_EQ(queues.dropped(), LineQueue::capacity);
  std::optional<LogLine> last;
  while (auto queued = queues.pop()) last = std::move(queued->line);
  EXPECT_EQ(last->kind(), EventKind::reloaded);
}

TEST(LogQueuesTest, VitalLinesAreBoundedToo) {
  LogQueues queues(1);
  for (std::size_t i = 0; i < 2 * LineQueue::capacity; ++i) queues.push(LogLine(EventKind::reloaded));
  EXPECT_EQ(queues.dropped(), 0u);
  queues.push(LogLine(EventKind::reloaded));
  EXPECT_EQ(queues.dropped(), 1u);
}

TEST(LogQueuesTest, HalfFullRingEndsNap) {
  LogQueues queues(1);
  for (std::uint64_t i = 1; i < EventQueue::capacity / 2; ++i) queues.push(0, session(i));
  EXPECT_TRUE(naps(queues));
  queues.push(0, session(0));
  queues.nap(1h);
}

TEST(LogQueuesTest, NapFollowsWhatWasUrgent) {
  LogQueues queues(1);
  queues.push(LogLine(EventKind::ready));
  queues.nap(1h);
  EXPECT_TRUE(queues.pop());
  EXPECT_TRUE(naps(queues));
}

}  // namespace
}  // namespace duplexd
