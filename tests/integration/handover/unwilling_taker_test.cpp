#include "tests/integration/handover/two_proxies.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

#include <future>
#include <string>

namespace duplexd::test {
namespace {

using namespace std::chrono_literals;

/// A giver with one session, and a taker that does not do what it should. The giver's destructor looks for
/// descriptors that are left.
class UnwillingTaker : public TwoProxies {
 protected:
  /// Nothing was cut, and bytes that came while the session was frozen are delivered.
  void expect_giver_serves(Pair& session, const HandoverOutcome& outcome) {
    EXPECT_NE(outcome.failure, "");
    EXPECT_EQ(outcome.sessions, 0u);
    EXPECT_EQ(session.endpoint.receive(9), "meanwhile");
    expect_goes_on(session);
    expect_clients_served();
    close_in_order(session);
    EXPECT_EQ(giver_->ends(2)[1].moves, 0u);
    from_giver_.hang_up();
  }
  void expect_clients_served() {
    Pair next = open_session(*giver_, backend_);
    expect_goes_on(next);
    close_in_order(next);
  }
  static std::string ids_of(const HandoverMessage& message) {
    boost::json::array ids;
    const boost::json::value described = boost::json::parse(message.text);
    for (const boost::json::value& each : described.at("sessions").as_array()) ids.push_back(each.at("id"));
    return boost::json::serialize(boost::json::object{{"stays", ids}});
  }
};

TEST_F(UnwillingTaker, IsGoneFromTheBeginning) {
  Pair session = open_session(*giver_, backend_);
  auto outcome = begin_giving();
  from_giver_.hang_up();
  session.client.send("meanwhile");
  expect_giver_serves(session, outcome.get());
}

TEST_F(UnwillingTaker, HangsUpOnSessions) {
  Pair session = open_session(*giver_, backend_);
  auto outcome = begin_giving();
  (void)from_giver_.hear("sessions");
  session.client.send("meanwhile");
  EXPECT_FALSE(session.endpoint.readable_within(100ms)) << "it is frozen";
  from_giver_.hang_up();
  expect_giver_serves(session, outcome.get());
}

TEST_F(UnwillingTaker, IsSilentAboutSessions) {
  Pair session = open_session(*giver_, backend_);
  auto outcome = begin_giving();
  (void)from_giver_.hear("sessions");
  session.client.send("meanwhile");
  const HandoverOutcome given = outcome.get();
  EXPECT_EQ(given.failure, "the new process does not answer");
  (void)from_giver_.hear("cancel");
  expect_giver_serves(session, given);
}

TEST_F(UnwillingTaker, KeepsCopiesOfEndedSessions) {
  Pair session = open_session(*giver_, backend_);
  auto outcome = begin_giving();
  const HandoverMessage copies = from_giver_.hear("sessions");
  from_giver_.say("failed", "not today");
  EXPECT_EQ(outcome.get().failure, "not today");
  session.client.end();
  session.endpoint.close();
  EXPECT_EQ(giver_->end().reason, CloseReason::client_finished);
  session.client.close();
  expect_clients_served();
}

TEST_F(UnwillingTaker, TakesNone) {
  Pair session = open_session(*giver_, backend_);
  Pair other = open_session(*giver_, backend_);
  auto outcome = begin_giving();
  std::size_t stays = 0;
  for (HandoverMessage message = from_giver_.hear("sessions");; message = from_giver_.hear("sessions")) {
    from_giver_.say("taken", ids_of(message));
    stays += message.descriptors.size() / 2;
    (void)from_giver_.hear("keep");
    if (stays == 2) break;
  }
  (void)from_giver_.hear("last");
  from_giver_.say("serving", "{}");
  const HandoverOutcome given = outcome.get();
  EXPECT_EQ(given.failure, "");
  EXPECT_EQ(given.sessions, 0u);
  EXPECT_EQ(given.stayed, 2u);
  expect_goes_on(session);
  expect_goes_on(other);
}

TEST_F(UnwillingTaker, HangsUpInsteadOfServing) {
  auto outcome = begin_giving();
  (void)from_giver_.hear("last");
  from_giver_.hang_up();
  EXPECT_NE(outcome.get().failure, "");
  expect_clients_served();
}

TEST_F(UnwillingTaker, IsSilentInsteadOfServing) {
  auto outcome = begin_giving();
  (void)from_giver_.hear("last");
  EXPECT_EQ(outcome.get().failure, "the new process does not answer");
  (void)from_giver_.hear("cancel");
  from_giver_.hang_up();
  expect_clients_served();
}

TEST_F(UnwillingTaker, ClientOfDialMayLeave) {
  Config one_at_a_time = config();
  one_at_a_time.upstreams[0].endpoints[0].max_sessions = 1;
  ASSERT_EQ(giver_->reload(one_at_a_time), "");
  Pair session = open_session(*giver_, backend_);
  Peer waiting = giver_->connect();
  ASSERT_TRUE(giver_->wait_for_line(1));
  auto outcome = begin_giving();
  while (from_giver_.hear("sessions").descriptors.size() != 1) {
    from_giver_.say("taken", R"({"stays":[]})");
    (void)from_giver_.hear("keep");
  }
  waiting.close();
  from_giver_.hang_up();
  EXPECT_NE(outcome.get().failure, "");
  EXPECT_EQ(giver_->end().reason, CloseReason::client_left);
}

struct Answer {
  const char* kind;
  const char* text;
};

class NonsenseOfTaker : public UnwillingTaker, public testing::WithParamInterface<Answer> {
 protected:
  void answer() { from_giver_.say(GetParam().kind, GetParam().text); }
};

TEST_P(NonsenseOfTaker, LeavesSessionsWithGiver) {
  Pair session = open_session(*giver_, backend_);
  auto outcome = begin_giving();
  (void)from_giver_.hear("sessions");
  session.client.send("meanwhile");
  answer();
  expect_giver_serves(session, outcome.get());
}

TEST_P(NonsenseOfTaker, LeavesClientsWithGiver) {
  auto outcome = begin_giving();
  (void)from_giver_.hear("last");
  answer();
  EXPECT_NE(outcome.get().failure, "");
  from_giver_.hang_up();
  expect_clients_served();
}

INSTANTIATE_TEST_SUITE_P(Answers, NonsenseOfTaker,
                         testing::Values(Answer{"", ""}, Answer{"failed", ""}, Answer{"other", ""},
                                         Answer{"failed", "so it is"}, Answer{"taken", ""},
                                         Answer{"taken", "no JSON"}, Answer{"taken", "{}"},
                                         Answer{"taken", R"({"stays":[-1]})"}, Answer{"taken", "[]"},
                                         Answer{"ready", "{}"}));

}  // namespace
}  // namespace duplexd::test
