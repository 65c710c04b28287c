#include "tests/unit/names/name_service_harness.hpp"

#include <new>

namespace duplexd::test {
namespace {

using namespace std::chrono_literals;

class NameServiceTest : public NameServiceHarness {};

TEST_F(NameServiceTest, AnswersWithinTheQuestionAreFine) {
  names_.on_ask = [&](const FakeNames::Question& question) { names_.answer(question.number, address()); };
  std::vector<NameService::Subscription> subscriptions;
  for (int i = 0; i < 1'000; ++i) subscriptions.push_back(subscribe(std::to_string(i)));
  run_until_told(1'000);
  for (const auto& subscription : subscriptions) EXPECT_TRUE(subscription.state().answered);
}

TEST_F(NameServiceTest, ShortestIntervalIsKept) {
  const auto rarely = subscribe("x");
  const auto often = subscribe("x", 20ms);
  for (std::size_t i = 1; i <= 3; ++i) {
    run_until_asked("x", i);
    EXPECT_EQ(names_.questions.size(), i);
    names_.answer("x", address());
  }
}

TEST_F(NameServiceTest, ShorterIntervalCutsTheWaitShort) {
  const auto rarely = subscribe("x", 1h);
  run_until_asked("x");
  names_.answer("x", address());
  run_until_told(1);
  const auto often = subscribe("x", 20ms);
  run_until_asked("x", 2);
}

TEST_F(NameServiceTest, SilentNamesDelayNobody) {
  std::vector<NameService::Subscription> subscriptions;
  for (int i = 0; i < 300; ++i) {
    subscriptions.push_back(subscribe("dead" + std::to_string(i)));
    subscriptions.push_back(subscribe("live" + std::to_string(i)));
  }
  names_.on_ask = [&](const FakeNames::Question& question) {
    if (question.host.starts_with("live")) names_.answer(question.number, address());
  };
  run_until_told(300);
  for (const std::string& host : told_) EXPECT_TRUE(host.starts_with("live"));
}

TEST_F(NameServiceTest, SecondAndForeignAnswersChangeNothing) {
  const auto subscription = subscribe("x");
  run_until_asked("x");
  const auto number = names_.questions.back().number;
  names_.answer(number + 1, address("192.0.2.7:0"));
  EXPECT_FALSE(subscription.state().answered);
  names_.answer(number, address());
  names_.answer(number, address("192.0.2.9:0"));
  run_until_told(1);
  run_ready();
  EXPECT_EQ(told_.size(), 1u);
  EXPECT_EQ(subscription.state().addresses.front().to_string(), "192.0.2.1:0");
}

TEST_F(NameServiceTest, ForgottenNameTakesNoAnswer) {
  auto subscription = subscribe("x");
  run_until_asked("x");
  const auto number = names_.questions.back().number;
  subscription = {};
  EXPECT_EQ(names_.forgotten, std::vector{number});
  names_.answer(number, address());
  const auto again = subscribe("x");
  EXPECT_FALSE(again.state().answered);
  run_until_asked("x", 2);
}

TEST_F(NameServiceTest, ScheduleOutlivesSubscribers) {
  auto subscription = subscribe("x");
  run_until_asked("x");
  names_.answer("x", address());
  for (int reload = 0; reload < 10; ++reload) subscription = subscribe("x");
  run_ready();
  EXPECT_EQ(names_.questions.size(), 1u);
  EXPECT_EQ(subscription.state().addresses.size(), 1u);
}

TEST_F(NameServiceTest, OutOfMemoryIsFailure) {
  bool has_memory = false;
  names_.on_ask = [&](const auto&) {
    if (!has_memory) throw std::bad_alloc();
  };
  const auto subscription = subscribe("x", 20ms);
  run_until_told(1);
  EXPECT_EQ(subscription.state().failure, "out of memory");
  has_memory = true;
  run_until_asked("x");
  names_.answer("x", address());
  run_until_told(2);
  EXPECT_EQ(subscription.state().failure, "");
}

TEST_F(NameServiceTest, LastingFailureIsToldOnce) {
  const auto subscription = subscribe("x", 20ms);
  run_until_asked("x");
  names_.answer("x", address());
  for (std::size_t i = 2; i <= 4; ++i) {
    run_until_asked("x", i);
    names_.answer("x", {{}, no_such_name});
  }
  run_until_asked("x", 5);
  EXPECT_EQ(told_.size(), 2u);
  EXPECT_EQ(subscription.state().failure, no_such_name);
  EXPECT_EQ(subscription.state().addresses.size(), 1u);
}

}  // namespace
}  // namespace duplexd::test
