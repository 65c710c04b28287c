#include "tests/integration/handover/two_proxies.hpp"
#include "tests/unit/descriptor_limit.hpp"

#include <gtest/gtest.h>

#include <unistd.h>

#include <future>
#include <string>

namespace duplexd::test {
namespace {

using namespace std::chrono_literals;

/// A giver that dies, or goes on, in the middle. The test passes its messages on to the taker as far as they
/// come.
class UnwillingGiver : public TwoProxies {
 protected:
  void SetUp() override {
    TwoProxies::SetUp();
    session_ = open_session(*giver_, backend_);
    outcome_ = begin_giving();
    begin_taking();
  }
  void TearDown() override {
    from_giver_.hang_up();
    outcome_.wait();
  }
  void pass_sessions() {
    to_taker_.pass_on(from_giver_.hear("sessions"));
    taken_ = to_taker_.hear("taken");
  }
  /// Its descriptors are closed, and nobody hears a word.
  void giver_dies() {
    from_giver_.hang_up();
    outcome_.wait();
    giver_->abort();
    EXPECT_TRUE(giver_->wait_for_stopped());
    to_taker_.hang_up();
  }
  void expect_taker_serves() {
    Pair next = open_session(*taker_, backend_);
    expect_goes_on(next);
    close_in_order(next);
  }
  void expect_next_has_new_number() {
    expect_taker_serves();
    EXPECT_EQ(SessionServices::running_number(taker_->end().id), 2u);
  }

  Pair session_;
  std::future<HandoverOutcome> outcome_;
  HandoverMessage taken_;
};

// While a session is frozen its end only lets go of it: this is how a process dies.
TEST_F(UnwillingGiver, DiesBeforeItLetsGo) {
  pass_sessions();
  session_.client.send("meanwhile");
  giver_->abort();
  EXPECT_TRUE(giver_->wait_for_stopped());
  to_taker_.hang_up();
  EXPECT_EQ(taker_->taken().first, Taking::End::serves);
  EXPECT_EQ(session_.endpoint.receive(9), "meanwhile");
  expect_goes_on(session_);
  expect_next_has_new_number();
}

TEST_F(UnwillingGiver, DiesAfterItLetGo) {
  pass_sessions();
  session_.client.send("meanwhile");
  from_giver_.pass_on(taken_);
  to_taker_.pass_on(from_giver_.hear("keep"));
  giver_dies();
  EXPECT_EQ(taker_->taken().first, Taking::End::serves);
  EXPECT_EQ(session_.endpoint.receive(9), "meanwhile");
  expect_goes_on(session_);
  expect_next_has_new_number();
}

TEST_F(UnwillingGiver, DiesBeforeItGives) {
  to_taker_.hang_up();
  EXPECT_EQ(taker_->taken().first, Taking::End::serves);
  expect_taker_serves();
}

// It may be stopped: two processes must not go on with one session.
TEST_F(UnwillingGiver, IsSilentForLong) {
  pass_sessions();
  session_.client.send("meanwhile");
  EXPECT_FALSE(to_taker_.hears_within(6s));
  from_giver_.hang_up();
  EXPECT_EQ(session_.endpoint.receive(9), "meanwhile") << "it has the session still";
  expect_goes_on(session_);
  to_taker_.say("cancel");
  EXPECT_EQ(taker_->taken().first, Taking::End::does_not);
  expect_goes_on(session_);
}

TEST_F(UnwillingGiver, GoesOnAlone) {
  pass_sessions();
  from_giver_.say("failed", "no more");
  EXPECT_EQ(outcome_.get().failure, "no more");
  outcome_ = std::async(std::launch::deferred, [] { return HandoverOutcome{}; });
  to_taker_.say("cancel");
  EXPECT_EQ(taker_->taken().first, Taking::End::does_not);
  expect_goes_on(session_);
  session_.client.reset();
  EXPECT_TRUE(session_.endpoint.is_reset()) << "the taker has no copy of its sockets";
}

TEST_F(UnwillingGiver, SaysWhatCannotBe) {
  to_taker_.say("sessions", R"({"frozen_us":0,"sessions":[{"id":1,"client":"127.0.0.1:1"}]})");
  (void)to_taker_.hear("failed");
  EXPECT_EQ(taker_->taken().first, Taking::End::does_not);
}

TEST_F(UnwillingGiver, KeepsWhatWasNotGiven) {
  to_taker_.say("keep");
  (void)to_taker_.hear("failed");
  EXPECT_EQ(taker_->taken().first, Taking::End::does_not);
}

TEST_F(UnwillingGiver, TakerWithoutDescriptorsTakesNone) {
  const HandoverMessage message = from_giver_.hear("sessions");
  {
    const int next = FileDescriptor(::dup(0)).get();
    const DescriptorLimit one(static_cast<rlim_t>(next) + 1);  // for the text
    to_taker_.pass_on(message);
    EXPECT_EQ(taker_->taken().first, Taking::End::does_not);
  }
  from_giver_.pass_on(to_taker_.hear("failed"));
  EXPECT_NE(outcome_.get().failure, "");
  outcome_ = std::async(std::launch::deferred, [] { return HandoverOutcome{}; });
  expect_goes_on(session_);
}

}  // namespace
}  // namespace duplexd::test
