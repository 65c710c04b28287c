#include "tests/integration/handover/two_proxies.hpp"

#include <gtest/gtest.h>

#include <string>

namespace duplexd::test {
namespace {

using namespace std::chrono_literals;

/// The process that takes sessions does not have in its configuration what they are of.
class ChangedConfig : public TwoProxies {
 protected:
  void SetUp() override {
    TwoProxies::SetUp();
    session_ = open_session(*giver_, backend_);
  }
  Config with_other_endpoint(LiveSessions on_removed) const {
    Config config = proxy_config({other_.address()});
    config.upstreams[0].on_removed = on_removed;
    config.close_spread = 0ms;
    return config;
  }
  /// To a process that does not have the upstream, which wished so for its sessions.
  void move_without_upstream(LiveSessions on_removed) {
    Config wishing = config();
    wishing.upstreams[0].on_removed = on_removed;
    ASSERT_EQ(giver_->reload(wishing), "");
    EXPECT_EQ(move_to(renamed_upstream()).sessions, 1u);
  }
  Config renamed_upstream() const {
    Config renamed = config();
    renamed.upstreams[0].name = "another";
    renamed.close_spread = 0ms;
    renamed.drain = 2s;
    return renamed;
  }
  SessionEnd end_in_order() {
    close_in_order(session_);
    return taker_->end();
  }

  Backend other_;
  Pair session_;
};

TEST_F(ChangedConfig, SessionOfRemovedListenerGoesOn) {
  Config renamed = config();
  renamed.listeners[0].name = "another";
  EXPECT_EQ(move_to(renamed).sessions, 1u);
  expect_goes_on(session_);
  const SessionEnd end = end_in_order();
  EXPECT_EQ(end.listener, "listener");
  EXPECT_EQ(end.reason, CloseReason::client_finished);
  EXPECT_TRUE(eventually([&] { return taker_->totals().of_all_listeners().live == 0; }));
  EXPECT_TRUE(eventually([&] { return taker_->totals().listeners.size() == 1; })) << "it is forgotten";
}

TEST_F(ChangedConfig, SessionOfRemovedListenerHasDeadline) {
  Config idle = config();
  idle.listeners[0].timeouts.idle = 1s;
  ASSERT_EQ(giver_->reload(idle), "");
  Pair session = open_session(*giver_, backend_);
  Config renamed = config();
  renamed.listeners[0].name = "another";
  move_to(renamed);
  EXPECT_TRUE(session.client.is_reset());
  EXPECT_EQ(to_word(taker_->end().reason), "idle_timeout");
  expect_goes_on(session_);
}

TEST_F(ChangedConfig, SessionOfRemovedUpstreamGoesOn) {
  Config renamed = config();
  renamed.upstreams[0].name = "another";
  EXPECT_EQ(move_to(renamed).sessions, 1u);
  expect_goes_on(session_);
  EXPECT_EQ(end_in_order().upstream, "upstream");
  EXPECT_TRUE(eventually([&] { return taker_->totals().upstreams.size() == 1; })) << "it is forgotten";
}

TEST_F(ChangedConfig, SessionOfRemovedUpstreamIsClosed) {
  move_without_upstream(LiveSessions::close);
  EXPECT_TRUE(session_.client.is_reset());
  EXPECT_EQ(to_word(taker_->end().reason), "removed");
}

TEST_F(ChangedConfig, SessionOfRemovedUpstreamIsDrained) {
  move_without_upstream(LiveSessions::drain);
  expect_goes_on(session_);
  EXPECT_EQ(to_word(taker_->end().reason), "removed");
}

TEST_F(ChangedConfig, DrainOfRemovedUpstreamGoesOn) {
  Config draining = config();
  draining.upstreams[0].on_removed = LiveSessions::drain;
  ASSERT_EQ(giver_->reload(draining), "");
  ASSERT_EQ(giver_->reload(renamed_upstream()), "");
  EXPECT_FALSE(session_.client.readable_within(500ms));
  Config patient = renamed_upstream();
  patient.drain = 1h;
  EXPECT_EQ(move_to(patient).sessions, 1u);
  expect_goes_on(session_);
  EXPECT_EQ(to_word(taker_->end().reason), "removed") << "after the rest of its time";
}

TEST_F(ChangedConfig, SessionOfRemovedEndpointIsKept) {
  EXPECT_EQ(move_to(with_other_endpoint(LiveSessions::keep)).sessions, 1u);
  expect_goes_on(session_);
  EXPECT_EQ(end_in_order().endpoint, backend_.address().to_string());
}

TEST_F(ChangedConfig, SessionOfRemovedEndpointIsClosed) {
  EXPECT_EQ(move_to(with_other_endpoint(LiveSessions::close)).sessions, 1u);
  EXPECT_TRUE(session_.client.is_reset());
  EXPECT_EQ(to_word(taker_->end().reason), "removed");
  EXPECT_TRUE(session_.endpoint.is_reset());
}

TEST_F(ChangedConfig, FewerWorkersTakeAll) {
  std::vector<Pair> sessions = open_sessions(*giver_, backend_, 20);
  Config alone = config();
  alone.workers = 1;
  EXPECT_EQ(move_to(alone).sessions, 21u);
  for (Pair& session : sessions) expect_goes_on(session);
}

}  // namespace
}  // namespace duplexd::test
