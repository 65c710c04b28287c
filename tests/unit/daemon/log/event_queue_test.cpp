#include "daemon/log/queue/event_queue.hpp"

#include <gtest/gtest.h>

#include <thread>

namespace duplexd {
namespace {

Event event(std::uint64_t number) {
  Notice notice;
  notice.count = number;
  return {{}, notice};
}

std::uint64_t number_of(const Event& event) { return std::get<Notice>(event.what).count; }

TEST(EventQueueTest, QueueIsEmptyAtFirst) {
  const EventQueue queue;
  EXPECT_EQ(queue.front(), nullptr);
}

TEST(EventQueueTest, EventsKeepTheirOrder) {
  EventQueue queue;
  queue.push(event(1));
  queue.push(event(2));
  EXPECT_EQ(number_of(*queue.front()), 1u);
  queue.pop();
  EXPECT_EQ(number_of(*queue.front()), 2u);
  queue.pop();
  EXPECT_EQ(queue.front(), nullptr);
}

TEST(EventQueueTest, FullQueueDropsAndCounts) {
  EventQueue queue;
  for (std::uint64_t i = 0; i < EventQueue::capacity + 3; ++i) queue.push(event(i));
  EXPECT_EQ(queue.dropped(), 3u);
  EXPECT_EQ(number_of(*queue.front()), 0u);
}

TEST(EventQueueTest, EmptiedQueueTakesEventsAgain) {
  EventQueue queue;
  for (std::uint64_t i = 0; i < EventQueue::capacity; ++i) queue.push(event(i));
  queue.pop();
  queue.push(event(99'999));
  EXPECT_EQ(queue.dropped(), 0u);
  for (std::size_t i = 1; i < EventQueue::capacity; ++i) queue.pop();
  EXPECT_EQ(number_of(*queue.front()), 99'999u);
}

TEST(EventQueueTest, ThreadsLoseOnlyCountedEvents) {
  constexpr std::uint64_t last = 200'000;
  EventQueue queue;
  std::thread producer([&] {
    for (std::uint64_t i = 1; i < last; ++i) queue.push(event(i));
    // The last one has to arrive for the consumer to end: it is pushed until it is not dropped.
    for (auto before = queue.dropped(); queue.push(event(last)), queue.dropped() != before;)
      before = queue.dropped();
  });
  std::uint64_t received = 0, previous = 0;
  while (previous != last) {
    const Event* const front = queue.front();
    if (!front) continue;
    ASSERT_GT(number_of(*front), previous);
    previous = number_of(*front);
    ++received;
    queue.pop();
  }
  producer.join();
  // Each failed push of the last one is counted as dropped, too.
  EXPECT_GE(received + queue.dropped(), last);
  EXPECT_EQ(queue.front(), nullptr);
}

}  // namespace
}  // namespace duplexd
