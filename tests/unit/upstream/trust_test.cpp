#include "core/upstream/trust.hpp"

#include <gtest/gtest.h>

namespace duplexd {
namespace {

using namespace std::chrono_literals;
using Answer = Trust::Answer;

class TrustTest : public testing::Test {
 protected:
  static PassiveConfig three_failures() {
    PassiveConfig rules;
    rules.failures = 3;
    rules.ejection = 10s;
    rules.longest = 60s;
    return rules;
  }
  Answer ask() const { return trust_.ask(now_, rules_); }
  /// An attempt that fails at once.
  void fail(bool trial = false) {
    trust_.on_attempt(now_);
    if (trust_.on_failure(rules_, trial)) trust_.eject(now_, rules_);
  }
  void answer(std::chrono::microseconds took = 1ms) {
    trust_.on_attempt(now_);
    trust_.on_answer(now_, took);
  }
  void fail_times(int times) {
    for (int i = 0; i < times; ++i) fail();
  }
  void attempts(int count) {
    for (int i = 0; i < count; ++i) trust_.on_attempt(now_);
  }
  void reset_early() {
    if (trust_.on_early_reset(now_, rules_)) trust_.eject(now_, rules_);
  }
  void pass(Duration time) { now_ += time.count(); }
  /// The one session that tries an ejected endpoint fails, too.
  void fail_trial() {
    EXPECT_EQ(ask(), Answer::trial);
    EXPECT_TRUE(trust_.begin_trial(now_, rules_));
    fail(true);
  }
  Duration ejected_for() const { return Duration(trust_.ejected_until() - now_); }

  Trust trust_;
  PassiveConfig rules_ = three_failures();
  Millis now_ = 1'000;
};

TEST_F(TrustTest, NewEndpointIsTrusted) {
  EXPECT_EQ(ask(), Answer::yes);
  EXPECT_FALSE(trust_.ejected());
  EXPECT_EQ(trust_.usual(), 0us);
}

TEST_F(TrustTest, FailuresInARowEject) {
  fail_times(2);
  EXPECT_EQ(ask(), Answer::yes);
  fail();
  EXPECT_EQ(ask(), Answer::no);
  EXPECT_EQ(ejected_for(), 10s);
}

TEST_F(TrustTest, AnswerBeginsTheRowAnew) {
  fail_times(2);
  answer();
  fail_times(2);
  EXPECT_FALSE(trust_.ejected());
  fail();
  EXPECT_TRUE(trust_.ejected());
}

TEST_F(TrustTest, EjectionEndsWithATrial) {
  fail_times(3);
  pass(9'999ms);
  EXPECT_EQ(ask(), Answer::no);
  pass(1ms);
  EXPECT_EQ(ask(), Answer::trial);
  EXPECT_TRUE(trust_.ejected());
}

TEST_F(TrustTest, OneSessionTriesAtATime) {
  fail_times(3);
  pass(10s);
  EXPECT_TRUE(trust_.begin_trial(now_, rules_));
  EXPECT_FALSE(trust_.begin_trial(now_, rules_));
  EXPECT_EQ(ask(), Answer::no);
}

TEST_F(TrustTest, PassedTrialForgives) {
  fail_times(3);
  pass(10s);
  ASSERT_TRUE(trust_.begin_trial(now_, rules_));
  answer();
  EXPECT_EQ(ask(), Answer::yes);
  fail_times(3);
  EXPECT_EQ(ejected_for(), 10s) << "it starts from the beginning";
}

TEST_F(TrustTest, FailedTrialsDoubleTheTime) {
  fail_times(3);
  for (const Duration time : {20s, 40s, 60s, 60s, 60s}) {
    pass(ejected_for());
    fail_trial();
    EXPECT_EQ(ejected_for(), time);
  }
}

TEST_F(TrustTest, ManyEjectionsDoNotOverflow) {
  rules_.longest = 24h;
  fail_times(3);
  for (int i = 0; i < 100; ++i) {
    pass(ejected_for());
    fail_trial();
  }
  EXPECT_EQ(ejected_for(), 24h);
}

TEST_F(TrustTest, SilentTrialIsGivenUp) {
  fail_times(3);
  pass(10s);
  ASSERT_TRUE(trust_.begin_trial(now_, rules_));
  pass(9'999ms);
  EXPECT_EQ(ask(), Answer::no);
  pass(1ms);
  EXPECT_EQ(ask(), Answer::trial);
  EXPECT_TRUE(trust_.begin_trial(now_, rules_));
}

TEST_F(TrustTest, AbandonedTrialIsFree) {
  fail_times(3);
  pass(10s);
  ASSERT_TRUE(trust_.begin_trial(now_, rules_));
  attempts(1);
  trust_.on_abandoned(true);
  EXPECT_EQ(ask(), Answer::trial);
}

TEST_F(TrustTest, OtherAbandonedAttemptsLeaveTheTrial) {
  fail_times(3);
  pass(10s);
  ASSERT_TRUE(trust_.begin_trial(now_, rules_));
  attempts(1);
  trust_.on_abandoned(false);
  EXPECT_EQ(ask(), Answer::no);
}

// Twenty clients waited when it fell silent: their time-outs are one piece of news.
TEST_F(TrustTest, OldAttemptsProlongNoEjection) {
  attempts(20);
  pass(5s);
  for (int i = 0; i < 20; ++i) {
    if (trust_.on_failure(rules_, false)) trust_.eject(now_, rules_);
  }
  EXPECT_EQ(ejected_for(), 10s);
}

TEST_F(TrustTest, LateAnswerForgives) {
  attempts(1);
  fail_times(3);
  ASSERT_TRUE(trust_.ejected());
  trust_.on_answer(now_, 2s);
  EXPECT_EQ(ask(), Answer::yes);
}

TEST_F(TrustTest, UnknownEndpointGetsFewClients) {
  attempts(2);
  EXPECT_EQ(ask(), Answer::yes);
  attempts(1);
  EXPECT_EQ(ask(), Answer::doubtful);
}

// The attempts began at different times: as one times out no other takes its place.
TEST_F(TrustTest, SilenceTakesFailuresInAll) {
  attempts(3);
  pass(5s);
  EXPECT_FALSE(trust_.on_failure(rules_, false));
  EXPECT_EQ(ask(), Answer::doubtful);
  EXPECT_FALSE(trust_.on_failure(rules_, false));
  EXPECT_EQ(ask(), Answer::doubtful);
  EXPECT_TRUE(trust_.on_failure(rules_, false));
}

TEST_F(TrustTest, KnownEndpointMayTakeItsTime) {
  answer(10ms);
  attempts(10);
  EXPECT_EQ(ask(), Answer::yes);
  pass(45ms);  // four times its usual delay, and five for scheduling
  EXPECT_EQ(ask(), Answer::yes);
  pass(1ms);
  EXPECT_EQ(ask(), Answer::doubtful);
}

TEST_F(TrustTest, AnswersDispelDoubt) {
  answer();
  attempts(10);
  pass(1s);
  ASSERT_EQ(ask(), Answer::doubtful);
  trust_.on_answer(now_, 1ms);
  EXPECT_EQ(ask(), Answer::yes);
}

TEST_F(TrustTest, AbandonedAttemptsAreForgotten) {
  attempts(3);
  for (int i = 0; i < 3; ++i) trust_.on_abandoned(false);
  EXPECT_EQ(ask(), Answer::yes);
  EXPECT_FALSE(trust_.is_crowded(rules_));
}

TEST_F(TrustTest, AttemptsBeyondFailuresAreCrowded) {
  attempts(3);
  EXPECT_FALSE(trust_.is_crowded(rules_));
  attempts(1);
  EXPECT_TRUE(trust_.is_crowded(rules_));
}

TEST_F(TrustTest, UsualTimeFollowsSlowly) {
  answer(800us);
  EXPECT_EQ(trust_.usual(), 800us);
  answer(1'600us);
  EXPECT_EQ(trust_.usual(), 900us);
}

TEST_F(TrustTest, ShortWaitCoversAnUsualAnswer) {
  EXPECT_EQ(trust_.short_wait(), 1s) << "nothing is known";
  answer(100us);
  EXPECT_EQ(trust_.short_wait(), 250ms);
  trust_.on_answer(now_, 10s);
  EXPECT_GT(trust_.short_wait(), trust_.usual());
}

TEST_F(TrustTest, EarlyResetsEject) {
  for (int i = 0; i < 3; ++i) {
    EXPECT_FALSE(trust_.ejected());
    answer();
    reset_early();
  }
  EXPECT_EQ(ask(), Answer::no);
}

TEST_F(TrustTest, ServiceBeginsResetsAnew) {
  for (int i = 0; i < 10; ++i) {
    reset_early();
    reset_early();
    trust_.on_service();
  }
  EXPECT_FALSE(trust_.ejected());
}

TEST_F(TrustTest, ResettingEndpointHasToServe) {
  for (int i = 0; i < 3; ++i) reset_early();
  pass(10s);
  ASSERT_TRUE(trust_.begin_trial(now_, rules_));
  answer();
  EXPECT_EQ(ask(), Answer::no) << "it has always answered";
  trust_.on_service();
  EXPECT_EQ(ask(), Answer::yes);
}

TEST_F(TrustTest, ResetTrialDoubles) {
  for (int i = 0; i < 3; ++i) reset_early();
  pass(10s);
  ASSERT_TRUE(trust_.begin_trial(now_, rules_));
  answer();
  reset_early();
  EXPECT_EQ(ejected_for(), 20s);
}

TEST_F(TrustTest, OldSessionsResetsDoNotProlong) {
  for (int i = 0; i < 20; ++i) reset_early();
  EXPECT_EQ(ejected_for(), 10s);
}

TEST_F(TrustTest, DisabledRulesTrustAlways) {
  rules_.enabled = false;
  fail_times(10);
  attempts(10);
  for (int i = 0; i < 10; ++i) reset_early();
  EXPECT_EQ(ask(), Answer::yes);
  EXPECT_FALSE(trust_.ejected());
  EXPECT_FALSE(trust_.is_crowded(rules_));
}

TEST_F(TrustTest, OperatorForgives) {
  fail_times(3);
  trust_.forgive();
  EXPECT_EQ(ask(), Answer::yes);
}

TEST_F(TrustTest, AnotherGoesOnWithIt) {
  fail_times(3);
  Trust next;
  next.begin_with(trust_.state());
  EXPECT_EQ(next.ask(now_, rules_), Answer::no);
  EXPECT_EQ(next.ejected_until(), trust_.ejected_until());
  pass(10s);
  EXPECT_EQ(next.ask(now_, rules_), Answer::trial);
  next.eject(now_, rules_);
  EXPECT_EQ(next.ejected_until() - now_, 20'000) << "it is the second time in a row";
}

}  // namespace
}  // namespace duplexd
