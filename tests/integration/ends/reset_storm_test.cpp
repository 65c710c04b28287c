#include "tests/support/proxy.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <random>
#include <system_error>

namespace duplexd::test {
namespace {

constexpr int storm = 1'000;

// Takes a few random steps, none of which waits for the other side, and then resets.
void behave_badly(Peer peer, std::uint64_t seed) try {
  std::mt19937_64 random(seed);
  for (auto acts = random() % 4; acts > 0; --acts) {
    switch (random() % 3) {
      case 0:
        (void)peer.send_some(pattern(1 + random() % 100'000, seed));
        break;
      case 1:
        if (peer.readable_within(std::chrono::milliseconds(1))) (void)peer.receive_some(1 + random() % 1'000);
        break;
      default:
        peer.end();
    }
  }
  peer.reset();
} catch (const std::system_error&) {
  // The other side was faster.
}

void clients(const Proxy& proxy, int first, int count) {
  for (int i = first; i < first + count; ++i) behave_badly(proxy.connect(), static_cast<std::uint64_t>(i));
}

// Not every client that resets early is worth a call.
void endpoints(Backend& backend, const std::atomic<bool>& done) {
  for (std::uint64_t i = storm; !done || backend.called_within(std::chrono::milliseconds(0)); ++i) {
    if (backend.called_within(std::chrono::milliseconds(10))) behave_badly(backend.accept(), i);
  }
}

TEST(ResetStorm, ThousandRandomResetsLeaveNothingBehind) {
  Backend backend;
  Proxy proxy(proxy_config({backend.address()}));
  std::atomic<bool> done = false;
  auto answering = std::async(std::launch::async, [&] { endpoints(backend, done); });
  auto half = std::async(std::launch::async, [&] { clients(proxy, 0, storm / 2); });
  clients(proxy, storm / 2, storm / 2);
  half.get();
  // A client that is gone before it is accepted may never be seen; all others are accounted for by ~Proxy.
  EXPECT_TRUE(proxy.wait_for_live(0));
  done = true;
  answering.get();
  EXPECT_GT(proxy.listener().accepted, storm / 2u);
  const Totals::Listener listener = proxy.listener();
  EXPECT_EQ(listener.ended[static_cast<std::size_t>(CloseReason::local_error)], 0u);
  EXPECT_EQ(listener.ended[static_cast<std::size_t>(CloseReason::client_error)], 0u);
  EXPECT_EQ(listener.ended[static_cast<std::size_t>(CloseReason::endpoint_error)], 0u);
}

}  // namespace
}  // namespace duplexd::test
