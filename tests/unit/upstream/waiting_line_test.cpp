#include "core/upstream/waiting_line.hpp"

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <string>
#include <thread>
#include <vector>

namespace duplexd {
namespace {

constexpr std::size_t any_number = 1'000'000;

/// A session that waits, and notes that it was called.
struct Client {
  Client(std::string& called_ones, char letter) : calls(called_ones), name(letter) {
    place.set_owner(this, [](void* client) noexcept {
      auto& called = *static_cast<Client*>(client);
      called.calls += called.name;
    });
  }
  std::string& calls;
  char name;
  Waiting place;
};

class WaitingLineTest : public testing::Test {
 protected:
  bool join(Client& client, std::size_t most = any_number) { return line_.join(client.place, most); }
  bool leave(Client& client) { return line_.leave(client.place); }

  std::string calls_;
  Client a_{calls_, 'a'}, b_{calls_, 'b'}, c_{calls_, 'c'};
  WaitingLine line_;
};

TEST_F(WaitingLineTest, FirstComeIsFirstCalled) {
  for (Client* const client : {&b_, &a_, &c_}) EXPECT_TRUE(join(*client));
  for (Client* const client : {&b_, &a_, &c_}) {
    line_.call_first();
    EXPECT_TRUE(leave(*client)) << "it was called";
  }
  EXPECT_EQ(calls_, "bac");
  EXPECT_EQ(line_.size(), 0u);
}

TEST_F(WaitingLineTest, EmptyLineCallsNobody) {
  line_.call_first();
  EXPECT_EQ(calls_, "");
}

TEST_F(WaitingLineTest, OneIsCalledAtATime) {
  join(a_), join(b_);
  line_.call_first();
  line_.call_first();
  EXPECT_EQ(calls_, "a");
  EXPECT_EQ(line_.size(), 2u) << "who was called still comes before newcomers";
  leave(a_);
  line_.call_first();
  EXPECT_EQ(calls_, "ab");
}

TEST_F(WaitingLineTest, WhoJoinsAgainKeepsItsPlace) {
  join(a_), join(b_), join(c_);
  line_.call_first();
  join(a_);
  line_.call_first();
  EXPECT_EQ(calls_, "aa");
  leave(a_);
  line_.call_first();
  join(b_);
  join(a_);
  line_.call_first();
  EXPECT_EQ(calls_, "aaba");
}

TEST_F(WaitingLineTest, RoomIsPassedOn) {
  join(a_), join(b_), join(c_);
  line_.call_first();
  join(a_);
  line_.call_next(a_.place);
  EXPECT_EQ(calls_, "ab");
  join(b_);
  line_.call_next(b_.place);
  join(c_);
  line_.call_next(c_.place);
  EXPECT_EQ(calls_, "abc") << "nobody comes after the last";
}

TEST_F(WaitingLineTest, BoundHoldsForNewcomersOnly) {
  EXPECT_TRUE(join(a_, 2) && join(b_, 2));
  EXPECT_FALSE(join(c_, 2));
  line_.call_first();
  EXPECT_FALSE(join(c_, 2)) << "the called one may come back";
  EXPECT_TRUE(join(a_, 0)) << "it has its place";
  EXPECT_EQ(line_.size(), 2u);
}

TEST_F(WaitingLineTest, WhoLeftIsNotCalled) {
  join(a_), join(b_), join(c_);
  EXPECT_FALSE(leave(b_)) << "no call is on the way";
  EXPECT_FALSE(leave(b_));
  for (int i = 0; i < 2; ++i) {
    line_.call_first();
    leave(i == 0 ? a_ : c_);
  }
  EXPECT_EQ(calls_, "ac");
}

TEST_F(WaitingLineTest, LeavingFreesTheCall) {
  join(a_), join(b_);
  line_.call_first();
  EXPECT_TRUE(leave(a_));
  line_.call_first();
  EXPECT_EQ(calls_, "ab");
}

TEST_F(WaitingLineTest, PlacesOfOtherProcessesAreKept) {
  a_.place.set_place(7);
  b_.place.set_place(5);
  EXPECT_TRUE(join(a_));
  EXPECT_TRUE(join(b_));
  EXPECT_TRUE(join(c_)) << "which comes after both";
  for (Client* const client : {&b_, &a_, &c_}) {
    line_.call_first();
    EXPECT_EQ(calls_.back(), client->name);
    leave(*client);
  }
}

/// A session of some worker: joins, waits to be called, and leaves.
struct Visitor {
  Visitor() {
    place.set_owner(this, [](void* visitor) noexcept { static_cast<Visitor*>(visitor)->called = true; });
  }
  void visit(WaitingLine& line, bool patient) {
    line.join(place, any_number);
    line.call_first();
    while (patient && !called) std::this_thread::yield();
    // One that leaves unasked is not called any more, or its call has come or comes.
    if (line.leave(place))
      while (!called) std::this_thread::yield();
    line.call_first();
  }
  std::atomic<bool> called{false};
  Waiting place;
};

TEST_F(WaitingLineTest, NobodyIsLostBetweenThreads) {
  std::array<std::thread, 4> threads;
  for (std::size_t number = 0; number < threads.size(); ++number) {
    threads[number] = std::thread([this, number] {
      for (std::size_t i = 0; i < 2'000; ++i) Visitor().visit(line_, (i + number) % 3 != 0);
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(line_.size(), 0u);
}

}  // namespace
}  // namespace duplexd
