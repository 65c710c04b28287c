#include "core/session/limits/handshake_limit.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace duplexd {
namespace {

/// A session that notes that it was called.
struct Shaking {
  Shaking(HandshakeLimit& limit, std::string& called_ones, char letter)
      : calls(called_ones), name(letter), place(limit) {}
  void wait() {
    place.wait(this, [](void* session) noexcept {
      auto& called = *static_cast<Shaking*>(session);
      called.calls += called.name;
    });
  }

  std::string& calls;
  char name;
  HandshakePlace place;
};

class HandshakeLimitTest : public testing::Test {
 protected:
  std::string calls_;
  HandshakeLimit limit_;
  Shaking a_{limit_, calls_, 'a'}, b_{limit_, calls_, 'b'}, c_{limit_, calls_, 'c'};
};

TEST_F(HandshakeLimitTest, UnsetLimitNeedsNoPlace) {
  EXPECT_TRUE(a_.place.has());
  EXPECT_FALSE(a_.place.leave());
}

TEST_F(HandshakeLimitTest, FirstComeIsFirstServed) {
  limit_.set(1, false);
  EXPECT_FALSE(a_.place.has());
  ASSERT_TRUE(a_.place.try_take());
  EXPECT_TRUE(a_.place.has());
  for (Shaking* const later : {&b_, &c_}) {
    EXPECT_FALSE(later->place.try_take());
    later->wait();
  }
  EXPECT_EQ(calls_, "");
  EXPECT_FALSE(a_.place.leave());
  EXPECT_EQ(calls_, "b");
  EXPECT_FALSE(a_.place.try_take()) << "it does not overtake";
  b_.place.called();
  EXPECT_TRUE(b_.place.try_take());
  EXPECT_EQ(calls_, "b");
  (void)b_.place.leave();
  EXPECT_EQ(calls_, "bc");
}

TEST_F(HandshakeLimitTest, FreePlacesCallOneByOne) {
  limit_.set(1, false);
  ASSERT_TRUE(a_.place.try_take());
  b_.wait();
  c_.wait();
  limit_.set(3, false);
  EXPECT_EQ(calls_, "b");
  b_.place.called();
  EXPECT_TRUE(b_.place.try_take());
  EXPECT_EQ(calls_, "bc");
}

TEST_F(HandshakeLimitTest, LeavingTheLineCallsTheNext) {
  limit_.set(1, false);
  ASSERT_TRUE(a_.place.try_take());
  b_.wait();
  c_.wait();
  (void)a_.place.leave();
  EXPECT_TRUE(b_.place.leave()) << "its call is on its way";
  EXPECT_EQ(calls_, "bc");
  EXPECT_TRUE(c_.place.leave());
}

TEST_F(HandshakeLimitTest, CalledInVainComesFirstAgain) {
  limit_.set(1, false);
  ASSERT_TRUE(a_.place.try_take());
  b_.wait();
  c_.wait();
  limit_.set(2, false);
  limit_.set(1, false);
  EXPECT_EQ(calls_, "b");
  b_.place.called();
  EXPECT_FALSE(b_.place.try_take());
  b_.wait();
  (void)a_.place.leave();
  EXPECT_EQ(calls_, "bb");
  b_.place.called();
  EXPECT_TRUE(b_.place.try_take());
}

TEST_F(HandshakeLimitTest, TriedLimitCountsAndHoldsNobody) {
  limit_.set(1, true);
  EXPECT_TRUE(a_.place.try_take());
  EXPECT_FALSE(a_.place.was_beyond());
  EXPECT_TRUE(b_.place.try_take());
  EXPECT_TRUE(b_.place.was_beyond());
  EXPECT_FALSE(b_.place.was_beyond()) << "it is told once";
  (void)a_.place.leave();
  (void)b_.place.leave();
  EXPECT_TRUE(c_.place.try_take());
  EXPECT_FALSE(c_.place.was_beyond());
}

TEST_F(HandshakeLimitTest, DryRunCallsThoseThatWait) {
  limit_.set(1, false);
  ASSERT_TRUE(a_.place.try_take());
  b_.wait();
  limit_.set(1, true);
  EXPECT_EQ(calls_, "b");
  b_.place.called();
  EXPECT_TRUE(b_.place.try_take());
}

TEST_F(HandshakeLimitTest, PlacesGoWithTheirSession) {
  limit_.set(1, false);
  auto gone = std::make_unique<Shaking>(limit_, calls_, 'd');
  ASSERT_TRUE(gone->place.try_take());
  gone.reset();
  EXPECT_TRUE(a_.place.try_take());
}

}  // namespace
}  // namespace duplexd
