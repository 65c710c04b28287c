#include "daemon/log/queue/wake_up.hpp"

#include <gtest/gtest.h>

#include <thread>

namespace duplexd {
namespace {

using namespace std::chrono_literals;
using std::chrono::steady_clock;

/// Calls `notify` again and again, on a thread of its own, as long as it lives.
template <class Notify>
class Notifying {
 public:
  explicit Notifying(Notify notify)
      : thread_([this, notify] {
          while (!ending_) notify();
        }) {}
  ~Notifying() {
    ending_ = true;
    thread_.join();
  }

 private:
  std::atomic<bool> ending_{false};
  std::thread thread_;
};

constexpr auto nothing = [] { return false; };

TEST(WakeUpTest, WorkEndsSleep) {
  WakeUp wake_up;
  const Notifying notifying([&] { wake_up.notify(); });
  wake_up.sleep_unless(nothing);
  wake_up.sleep_unless(nothing);
}

TEST(WakeUpTest, UrgentWorkEndsSleepAndNap) {
  WakeUp wake_up;
  const Notifying notifying([&] { wake_up.notify_urgently(); });
  wake_up.sleep_unless(nothing);
  wake_up.nap_unless(nothing, 1h);
}

TEST(WakeUpTest, WorkThatCanWaitLeavesNap) {
  WakeUp wake_up;
  const Notifying notifying([&] { wake_up.notify(); });
  const auto before = steady_clock::now();
  wake_up.nap_unless(nothing, 100ms);
  EXPECT_GE(steady_clock::now() - before, 100ms);
}

TEST(WakeUpTest, WorkPreventsSleepAndNap) {
  WakeUp wake_up;
  wake_up.sleep_unless([] { return true; });
  wake_up.nap_unless([] { return true; }, 1h);
}

}  // namespace
}  // namespace duplexd
