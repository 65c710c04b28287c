#include "tests/integration/allocation/daemon_thread.hpp"
#include "tests/integration/allocation/heap_counter.hpp"
#include "tests/support/proxy.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <atomic>
#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>

namespace duplexd::test {
namespace {

/// Reloads of a daemon that a session lives through. In the n-th of them an allocation of the control thread
/// fails, from the moment that it begins to read.
class ReloadWithoutMemory : public testing::Test {
 protected:
  ReloadWithoutMemory() { EXPECT_NE(daemon_.hear("READY=1"), ""); }

  /// One listener stays, and everything else is called something else in every variant.
  std::string text() {
    fail_allocation(to_fail_.exchange(0));
    return fmt::format(
        "workers: 2\n"
        "listeners:\n"
        "  stays: {{bind: 'unix:{0}', upstream: up{1}}}\n"
        "  other{1}: {{bind: '127.0.0.1:0', upstream: up{1}, limits: {{per_source: 1{1}}}}}\n"
        "upstreams:\n"
        "  up{1}:\n"
        "    endpoints: ['{2}', '127.0.0.1:1{1}', 'localhost:1{1}']\n"
        "    resolve: {{at_start: optional}}\n",
        directory_.path("stays"), variant_.load(), backend_.address().to_string());
  }

  /// The messages to the service manager.
  std::string reload(std::uint64_t failing = 0) {
    variant_ = (variant_ + 1) % 10;
    to_fail_ = failing;
    daemon_.reload();
    return daemon_.hear("READY=1");
  }

  Pair open() {
    Peer client = Peer::connect(directory_.socket("stays"));
    return {std::move(client), backend_.accept()};
  }
  /// As the messages say.
  static std::uint64_t generation_in(const std::string& heard) {
    static constexpr std::string_view word = "generation ";
    return std::stoull(heard.substr(heard.rfind(word) + word.size()));
  }
  static void expect_relayed(Pair& session) {
    session.client.send("ping");
    EXPECT_EQ(session.endpoint.receive(4), "ping");
  }

  TemporaryDirectory directory_;
  Backend backend_;
  std::atomic<int> variant_{0};
  std::atomic<std::uint64_t> to_fail_{0};
  DaemonThread daemon_{[this] { return text(); }};
};

TEST_F(ReloadWithoutMemory, EveryAllocationMayFail) {
  if (!heap_is_counted) GTEST_SKIP() << "a sanitizer has the heap";
  Pair session = open();
  std::uint64_t generation = 1, failing = 0, refused = 0;
  for (bool failed = true; failed; generation += 1) {
    ASSERT_NE(reload(++failing).find("RELOADING=1"), std::string::npos) << "allocation " << failing;
    failed = allocation_failed();
    expect_relayed(session);
    const std::string heard = reload();
    ASSERT_NE(heard, "") << "after allocation " << failing;
    const bool was_refused = generation_in(heard) == generation + 1;
    ASSERT_EQ(generation_in(heard), generation + (was_refused ? 1 : 2)) << "after allocation " << failing;
    if (!was_refused) ++generation;
    refused += was_refused;
  }
  std::printf("%llu allocations failed, %llu reloads were refused\n",
              static_cast<unsigned long long>(failing - 1), static_cast<unsigned long long>(refused));
  EXPECT_GT(refused, 100u);
  EXPECT_LT(refused, failing);
}

}  // namespace
}  // namespace duplexd::test
