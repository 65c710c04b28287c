#include "tests/support/proxy.hpp"
#include "tests/support/volume.hpp"

#include <gtest/gtest.h>

#include <array>
#include <random>

namespace duplexd::test {
namespace {

// One direction as it should be: a queue of bytes and whether it has ended.
struct Model {
  std::string queue;
  bool ended = false;     // by its sender
  bool end_seen = false;  // by its receiver
};

/// A session next to its model. Each step does one random thing to both and compares.
class Modelled {
 public:
  Modelled(Pair session, std::uint64_t seed) : session_(std::move(session)), random_(seed), seed_(seed) {}

  void step() {
    Direction direction{random_() % 2 == 0};
    switch (random_() % 8) {
      case 0:
        if (steps_++ > 20) end(direction);
        break;
      case 1:
      case 2:
      case 3:
        send(direction);
        break;
      default:
        receive(direction);
    }
  }

  void finish() {
    for (const bool up : {true, false}) end(Direction{up});
    for (const bool up : {true, false}) {
      while (!model(Direction{up}).end_seen && !testing::Test::HasFatalFailure()) receive(Direction{up});
    }
  }

  std::array<std::uint64_t, 2> sent() const { return sent_; }

 private:
  struct Direction {
    bool up;
  };

  Peer& sender(Direction direction) { return direction.up ? session_.client : session_.endpoint; }
  Peer& receiver(Direction direction) { return direction.up ? session_.endpoint : session_.client; }
  Model& model(Direction direction) { return models_[direction.up]; }

  void send(Direction direction) {
    if (model(direction).ended) return;
    const std::size_t most = random_() % 3 == 0 ? 300'000 : 300;
    const std::string bytes = pattern(1 + random_() % most, random_());
    const std::size_t taken = sender(direction).send_some(bytes);
    model(direction).queue.append(bytes, 0, taken);
    sent_[direction.up] += taken;
  }

  void end(Direction direction) {
    if (std::exchange(model(direction).ended, true)) return;
    sender(direction).end();
  }

  void receive(Direction direction) {
    Model& expected = model(direction);
    if (expected.queue.empty() && !expected.ended) {
      EXPECT_FALSE(receiver(direction).readable_within(std::chrono::milliseconds(0)))
          << "something came that was not sent, seed " << seed_;
      return;
    }
    const std::string bytes = receiver(direction).receive_some(1 + random_() % 200'000);
    ASSERT_TRUE(expected.queue.starts_with(bytes)) << "other bytes than were sent, seed " << seed_;
    ASSERT_EQ(bytes.empty(), expected.queue.empty()) << "it ended before its last byte, seed " << seed_;
    expected.queue.erase(0, bytes.size());
    expected.end_seen = bytes.empty();
  }

  Pair session_;
  std::mt19937_64 random_;
  const std::uint64_t seed_;
  std::array<Model, 2> models_;
  std::array<std::uint64_t, 2> sent_{};
  int steps_ = 0;
};

TEST(Model, SessionEqualsTwoQueuesOfBytes) {
  const std::size_t seeds = scaled(300);
  Backend backend;
  Proxy proxy(proxy_config({backend.address()}));
  for (std::size_t seed = 1; seed <= seeds && !HasFatalFailure(); ++seed) {
    Modelled session(open_session(proxy, backend), seed);
    for (int i = 0; i < 200 && !HasFatalFailure(); ++i) session.step();
    session.finish();
    const SessionEnd end = proxy.ends(seed).back();
    EXPECT_EQ(end.upstream_bytes.read, session.sent()[true]);
    EXPECT_EQ(end.downstream_bytes.read, session.sent()[false]);
    EXPECT_EQ(end.upstream_bytes.undelivered + end.downstream_bytes.undelivered, 0u);
  }
  const Totals::Listener listener = proxy.listener();
  EXPECT_GT(listener.spliced_bytes, 0u) << "no session ever went from copying to splicing";
  EXPECT_LT(listener.spliced_bytes, listener.upstream_bytes + listener.downstream_bytes);
}

}  // namespace
}  // namespace duplexd::test
