#include "daemon/admin/shared_answers.hpp"

#include <gtest/gtest.h>

#include <string>

namespace duplexd {
namespace {

using namespace std::chrono_literals;

/// Asks at times of its own, and counts how many answers are made.
class SharedAnswersTest : public testing::Test {
 protected:
  std::string ask(const std::string& key = "status") {
    if (const ControlResponse* const kept = answers_.find(key, now_)) return kept->body;
    const auto began = now_;
    now_ += each_takes_;
    answers_.made(key, {200, std::to_string(++made_)}, began, now_);
    return std::to_string(made_);
  }

  SharedAnswers answers_;
  SharedAnswers::Clock::time_point now_{1h};
  SharedAnswers::Clock::duration each_takes_ = 30ms;
  int made_ = 0;
};

TEST_F(SharedAnswersTest, FloodGetsFourEachSecond) {
  for (const auto end = now_ + 10s; now_ < end; now_ += 1ms) ask();
  EXPECT_LE(made_, 10 * 4 + 4);
  EXPECT_GE(made_, 10 * 3);
}

TEST_F(SharedAnswersTest, RareQuestionGetsNewAnswer) {
  for (int i = 1; i <= 20; ++i, now_ += 1s) EXPECT_EQ(ask(), std::to_string(i));
}

TEST_F(SharedAnswersTest, QuickAnswersAreNewOnes) {
  each_takes_ = 1ms;
  for (int i = 1; i <= 50; ++i) EXPECT_EQ(ask(), std::to_string(i));
}

TEST_F(SharedAnswersTest, NoneIsOlderThanItsLimit) {
  each_takes_ = 1s;
  ask();
  const int last = made_;
  now_ += SharedAnswers::freshest;
  EXPECT_EQ(ask(), std::to_string(last));
  now_ += 1ms;
  EXPECT_EQ(ask(), std::to_string(last + 1));
}

TEST_F(SharedAnswersTest, OthersHaveTheirOwn) {
  each_takes_ = 1s;
  EXPECT_EQ(ask("a"), "1");
  each_takes_ = 30ms;
  EXPECT_EQ(ask("b"), "2");
  EXPECT_EQ(ask("a"), "1");
  EXPECT_EQ(ask("b"), "2");
}

}  // namespace
}  // namespace duplexd
