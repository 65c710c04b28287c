#include "tests/unit/names/name_service_harness.hpp"

#include <algorithm>

namespace duplexd::test {
namespace {

using namespace std::chrono_literals;

class NameCallbacksTest : public NameServiceHarness {};

TEST_F(NameCallbacksTest, SubscriberHearsOfTheAnswerLater) {
  const auto subscription = subscribe("x");
  EXPECT_EQ(subscription.host(), "x");
  EXPECT_TRUE(names_.questions.empty()) << "nothing happens within the call";
  run_until_asked("x");
  names_.answer("x", address());
  EXPECT_TRUE(told_.empty());
  run_until_told(1);
  EXPECT_EQ(subscription.state().addresses.size(), 1u);
  EXPECT_FALSE(subscription.awaits_answer());
}

TEST_F(NameCallbacksTest, SubscriptionMayEndWithinItsCallback) {
  std::optional<NameService::Subscription> own;
  std::optional<NameService::Subscription> other;
  int calls = 0;
  const auto end_both = [&, big = std::string(100, 'x')] {
    own.reset();
    other.reset();
    calls += static_cast<int>(big.size());
  };
  own = service_->subscribe("x", 1h, end_both);
  other = service_->subscribe("x", 1h, end_both);
  run_until_asked("x");
  names_.answer("x", address());
  run_until([&] { return calls > 0; });
  run_ready();
  EXPECT_EQ(calls, 100) << "the other was gone when its turn came";
}

TEST_F(NameCallbacksTest, CallbackMaySubscribe) {
  std::optional<NameService::Subscription> next;
  const auto first = service_->subscribe("x", 1h, [&] { next = subscribe("y"); });
  run_until_asked("x");
  names_.answer("x", address());
  run_until_asked("y");
}

TEST_F(NameCallbacksTest, ServiceMayGoWithinACallback) {
  const auto first = service_->subscribe("x", 1h, [&] { service_.reset(); });
  const auto second = service_->subscribe("x", 1h, [&] { told_.emplace_back("second"); });
  run_until_asked("x");
  names_.answer("x", address());
  run_until([&] { return !service_; });
  run_ready();
  EXPECT_TRUE(told_.empty());
  EXPECT_EQ(second.state().addresses.size(), 1u) << "subscriptions may outlive the service";
}

TEST_F(NameCallbacksTest, ManyNewsAreToldInTurns) {
  std::vector<NameService::Subscription> subscriptions;
  for (int i = 0; i < 200; ++i) subscriptions.push_back(subscribe("x"));
  run_until_asked("x");
  names_.answer("x", address());
  std::size_t most = 0;
  run_until([&] {
    most = std::max(most, told_.size());
    return !told_.empty();
  });
  EXPECT_LT(told_.size(), 200u) << "other handlers have turns in between";
  run_until_told(200);
}

}  // namespace
}  // namespace duplexd::test
