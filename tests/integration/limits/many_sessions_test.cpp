#include "tests/support/proxy.hpp"
#include "tests/support/traffic.hpp"

#include <gtest/gtest.h>

#include <array>
#include <map>
#include <random>
#include <thread>

namespace duplexd::test {
namespace {

constexpr std::size_t sessions_at_once = 500;

// What one session did: how much each side sent, and whether it ended in order.
struct Deed {
  std::string upload;
  std::string download;
  bool in_order = true;
};

Deed live(Pair& session, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  Deed deed{.upload = pattern(random() % 200'000, seed), .download = pattern(random() % 200'000, ~seed)};
  const Exchange received = exchange(session.client, session.endpoint, deed.upload, deed.download, 30'000);
  EXPECT_TRUE(received.at_endpoint == deed.upload);
  EXPECT_TRUE(received.at_client == deed.download);
  return deed;
}

// Sends on and cuts the session with a reset, of either side.
Deed cut(Pair& session, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  (void)session.client.send_some(pattern(1 + random() % 100'000, seed));
  (void)session.endpoint.send_some(pattern(1 + random() % 100'000, seed));
  (random() % 2 ? session.client : session.endpoint).reset();
  return {.upload = {}, .download = {}, .in_order = false};
}

std::vector<Deed> live_all(std::vector<Pair>& sessions) {
  std::vector<Deed> deeds(sessions.size());
  std::vector<std::thread> threads;
  constexpr std::size_t hands = 8;
  for (std::size_t hand = 0; hand < hands; ++hand) {
    threads.emplace_back([&, hand] {
      for (std::size_t i = hand; i < sessions.size(); i += hands)
        deeds[i] = i % 4 == 3 ? cut(sessions[i], i) : live(sessions[i], i);
    });
  }
  for (std::thread& thread : threads) thread.join();
  return deeds;
}

TEST(ManySessions, RandomEndsAreAllAccountedFor) {
  Backend backend;
  Proxy proxy(proxy_config({backend.address()}));
  std::vector<Pair> sessions = open_sessions(proxy, backend, sessions_at_once);
  ASSERT_TRUE(proxy.wait_for_connected(sessions_at_once));
  EXPECT_EQ(proxy.listener().live, sessions_at_once);

  // Sessions are told apart by the port that their client came from.
  std::map<std::uint16_t, std::size_t> by_port;
  for (std::size_t i = 0; i < sessions_at_once; ++i) by_port[sessions[i].client.local().port()] = i;
  const std::vector<Deed> deeds = live_all(sessions);

  std::array<std::size_t, 2> by_worker{};
  for (const SessionEnd& end : proxy.ends(sessions_at_once)) {
    const Deed& deed = deeds.at(by_port.at(end.client.port()));
    ++by_worker.at(end.worker);
    if (!deed.in_order) {
      EXPECT_NE(std::string(to_word(end.reason)).find("_reset"), std::string::npos) << to_word(end.reason);
      continue;
    }
    EXPECT_NE(std::string(to_word(end.reason)).find("_finished"), std::string::npos) << to_word(end.reason);
    EXPECT_EQ(end.upstream_bytes.read, deed.upload.size());
    EXPECT_EQ(end.downstream_bytes.read, deed.download.size());
    EXPECT_EQ(end.upstream_bytes.undelivered + end.downstream_bytes.undelivered, 0u);
  }
  EXPECT_EQ(proxy.listener().accepted, sessions_at_once);
  EXPECT_GT(by_worker[0], sessions_at_once / 10) << "the kernel spreads clients over the workers";
  EXPECT_GT(by_worker[1], sessions_at_once / 10);
}

}  // namespace
}  // namespace duplexd::test
