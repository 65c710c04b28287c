#pragma once

#include "core/handover/channel.hpp"
#include "tests/support/proxy.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <future>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace duplexd::test {

/// An end of a channel that a test speaks with.
class Speaker {
 public:
  Speaker() = default;
  explicit Speaker(FileDescriptor socket) : socket_(std::move(socket)) {}

  /// Waits for a message of this kind, which has to come next.
  HandoverMessage hear(std::string_view kind) {
    std::optional<HandoverMessage> message = HandoverChannel::wait(socket_.get(), patience);
    if (!message) throw std::runtime_error("no message came, but " + std::string(kind) + " was awaited");
    EXPECT_EQ(message->kind, kind);
    return std::move(*message);
  }
  bool hears_within(std::chrono::milliseconds time) const {
    return HandoverChannel::wait(socket_.get(), time).has_value();
  }
  void say(std::string_view kind, std::string_view text = {}) {
    EXPECT_EQ(HandoverChannel::send(socket_.get(), kind, text), 0);
  }
  void pass_on(const HandoverMessage& message) {
    std::vector<int> descriptors;
    for (const FileDescriptor& each : message.descriptors) descriptors.push_back(each.get());
    EXPECT_EQ(HandoverChannel::send(socket_.get(), message.kind, message.text, message.bytes, descriptors),
              0);
  }
  void hang_up() { socket_.reset(); }

 private:
  FileDescriptor socket_;
};

/// A proxy, and the one that takes its sessions, in one process. The fixture of tests.
class TwoProxies : public testing::Test {
 protected:
  virtual Config config() const { return proxy_config({backend_.address()}); }

  void SetUp() override { giver_ = std::make_unique<Proxy>(config()); }

  /// Makes the taker, of this configuration, which takes what comes from the channel.
  void make_taker(Config config, FileDescriptor taking, NewClients clients = NewClients::accepted) {
    // The listener keeps its address.
    config.listeners.front().bind.front().address = giver_->address();
    taker_ =
        std::make_unique<Proxy>(std::move(config), giver_->copies_of_sockets(), std::move(taking), clients);
  }

  /// Hands the sessions over to a proxy of this configuration, which serves then.
  HandoverOutcome hand_over(Config config, NewClients clients = NewClients::accepted) {
    auto [giving, taking] = HandoverChannel::make();
    make_taker(std::move(config), std::move(taking), clients);
    const HandoverOutcome given = giver_->give(std::move(giving));
    EXPECT_EQ(given.failure, "");
    EXPECT_EQ(taker_->taken().first, Taking::End::serves);
    return given;
  }
  HandoverOutcome hand_over() { return hand_over(config()); }

  /// The same, and the giver is gone then.
  HandoverOutcome move_to(Config config) {
    const HandoverOutcome given = hand_over(std::move(config));
    giver_.reset();
    return given;
  }

  /// The giver begins to give to the test.
  std::future<HandoverOutcome> begin_giving() {
    auto [giving, taking] = HandoverChannel::make();
    from_giver_ = Speaker(std::move(taking));
    return std::async(std::launch::async, [this, giving = std::move(giving)]() mutable {
      return giver_->give(std::move(giving));
    });
  }

  /// The taker takes from the test.
  void begin_taking() {
    auto [giving, taking] = HandoverChannel::make();
    to_taker_ = Speaker(std::move(giving));
    make_taker(config(), std::move(taking));
  }

  Backend backend_;
  std::unique_ptr<Proxy> giver_;
  std::unique_ptr<Proxy> taker_;
  Speaker from_giver_;
  Speaker to_taker_;
};

/// The numbers of all sessions that it has.
inline std::set<std::uint64_t> ids_of(Proxy& proxy) {
  std::set<std::uint64_t> ids;
  for (const SessionView& each : proxy.sessions({.limit = 1000}).sessions) ids.insert(each.id);
  return ids;
}

/// Both directions deliver what is sent now.
inline void expect_goes_on(Pair& session) {
  session.client.send("up");
  EXPECT_EQ(session.endpoint.receive(2), "up");
  session.endpoint.send("down");
  EXPECT_EQ(session.client.receive(4), "down");
}

}  // namespace duplexd::test
