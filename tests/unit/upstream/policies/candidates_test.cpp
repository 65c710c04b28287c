// Which endpoints a session may be given, whatever the policy.
#include "tests/unit/upstream/policies/picks.hpp"

#include <gtest/gtest.h>

namespace duplexd {
namespace {

using namespace std::chrono_literals;
using Counts = std::map<std::string, int>;

class CandidatesTest : public testing::Test {
 protected:
  CandidatesTest() { picks_.config.passive.enabled = true; }
  void eject(const std::string& name, Duration time = 10s) {
    PassiveConfig rules = picks_.config.passive;
    rules.ejection = time;
    picks_.at(name).trust().eject(picks_.now, rules);
  }
  /// So many wait for its first answer.
  void keep_waiting(const std::string& name, int sessions = 3) {
    for (int i = 0; i < sessions; ++i) picks_.at(name).trust().on_attempt(picks_.now);
  }
  void say(const std::string& name, OperatorWord word) {
    picks_.endpoints.account.endpoints[name]->set_word(word);
  }
  void go_down(const std::string& name) { picks_.at(name).set_up(false, 0); }
  std::string names(int picks = 30) {
    std::string names;
    for (const auto& [name, count] : picks_.names(picks)) names += name.empty() ? "-" : name;
    return names;
  }

  test::Picks picks_{Balance::round_robin};
};

TEST_F(CandidatesTest, NobodyIsGivenWhoIsDown) {
  picks_.use({{"a"}, {"b"}, {"c"}, {"d"}, {"e"}});
  go_down("a");
  say("b", OperatorWord::drain);
  say("c", OperatorWord::disable);
  eject("d");
  EXPECT_EQ(names(), "e");
}

TEST_F(CandidatesTest, EjectedOnesAreTheLastResort) {
  picks_.use({{"a"}, {"b"}, {"c"}});
  eject("a");
  eject("b");
  EXPECT_EQ(names(), "c");
  go_down("c");
  EXPECT_EQ(names(), "ab") << "sessions alone refuse nobody";
  EXPECT_EQ(picks_.choose().among, Candidates::Among::ejected_too);
}

TEST_F(CandidatesTest, AllDownRefuses) {
  picks_.use({{"a"}, {"b"}});
  go_down("a");
  say("b", OperatorWord::disable);
  EXPECT_EQ(names(), "-");
  EXPECT_TRUE(picks_.choose().all_down);
}

TEST_F(CandidatesTest, PanicTriesAllButTheOperators) {
  picks_.config.on_all_down = OnAllDown::try_all;
  picks_.use({{"a"}, {"b"}, {"c"}, {"d"}});
  for (const char* const name : {"a", "b", "c"}) go_down(name);
  EXPECT_EQ(names(), "d");
  say("d", OperatorWord::drain);
  say("b", OperatorWord::disable);
  EXPECT_EQ(names(), "ac");
  say("a", OperatorWord::drain);
  say("c", OperatorWord::drain);
  EXPECT_EQ(names(), "-");
}

TEST_F(CandidatesTest, EjectedOnesComeBeforeDownOnes) {
  picks_.config.on_all_down = OnAllDown::try_all;
  picks_.use({{"a"}, {"b"}});
  go_down("a");
  eject("b");
  EXPECT_EQ(names(), "b");
}

TEST_F(CandidatesTest, EmptyPoolIsNotDown) {
  picks_.use({});
  EXPECT_FALSE(picks_.choose().all_down);
  picks_.use({{.name = "a", .weight = 0}});
  EXPECT_FALSE(picks_.choose().all_down) << "nothing says so of one without weight";
}

TEST_F(CandidatesTest, NextPriorityServesWhenAllFail) {
  picks_.use({{.name = "a"}, {.name = "b"}, {.name = "c", .priority = 1}, {.name = "d", .priority = 1000}});
  EXPECT_EQ(names(), "ab");
  go_down("a");
  EXPECT_EQ(names(), "b");
  eject("b");
  EXPECT_EQ(names(), "c");
  go_down("c");
  EXPECT_EQ(names(), "d");
  go_down("d");
  EXPECT_EQ(names(), "b") << "an ejected one before none";
  picks_.at("a").set_up(true, 0);
  EXPECT_EQ(names(), "a") << "it fails back";
}

TEST_F(CandidatesTest, FullTierIsWaitedFor) {
  picks_.use({{.name = "a", .most = 1}, {.name = "b", .priority = 1}});
  const EndpointHold session(picks_.at("a"));
  const Upstream::Found found = picks_.choose();
  EXPECT_EQ(found.member, nullptr);
  EXPECT_TRUE(found.all_full);
  go_down("a");
  EXPECT_EQ(names(), "b") << "nobody waits for room at one that is down";
}

TEST_F(CandidatesTest, LateAnswersLeadToNeighbours) {
  picks_.use({{.name = "a"}, {.name = "b"}, {.name = "c", .priority = 1}});
  keep_waiting("a");
  EXPECT_EQ(names(), "b");
  keep_waiting("b");
  EXPECT_EQ(names(), "ab") << "not to the next priority: that has others to serve";
}

// A backup that served for a moment would have bytes that the others lack.
TEST_F(CandidatesTest, FirstClientsAvoidBackups) {
  picks_.use({{.name = "a"}, {.name = "b", .priority = 1000}});
  keep_waiting("a", 100);
  EXPECT_EQ(names(), "a");
}

TEST_F(CandidatesTest, TrialIsGivenToOne) {
  picks_.use({{"a"}, {"b"}});
  eject("a", 10s);
  picks_.now += 10'000;
  EXPECT_EQ(names(), "ab");
  ASSERT_TRUE(picks_.at("a").trust().begin_trial(picks_.now, picks_.config.passive));
  EXPECT_EQ(names(), "b");
}

TEST_F(CandidatesTest, ShareGrowsWithSlowStart) {
  picks_.config.slow_start = 10s;
  picks_.use({{"a"}, {"b"}});
  picks_.now = 1'000'000;
  picks_.at("a").set_up(true, picks_.now);
  for (const auto& [passed, share] : {std::pair{0, 0.05}, {3'000, 0.15}, {6'000, 0.3}, {10'000, 0.5}}) {
    picks_.now = 1'000'000 + passed;
    EXPECT_NEAR(picks_.names(20'000)["a"], 20'000 * share, 400) << passed;
  }
}

TEST_F(CandidatesTest, SlowStartNeedsOthers) {
  picks_.config.slow_start = 10s;
  picks_.use({{.name = "a"}, {.name = "b", .priority = 1}});
  picks_.now = 1'000'000;
  picks_.at("a").set_up(true, picks_.now);
  EXPECT_EQ(picks_.names(1'000), (Counts{{"a", 1'000}})) << "it is the only one of its priority";
}

TEST_F(CandidatesTest, SlowStartMovesClientsForGood) {
  picks_.config.slow_start = 10s;
  picks_.config.balance = Balance::consistent_hash;
  picks_.use({{"a"}, {"b"}});
  picks_.now = 1'000'000;
  picks_.at("a").set_up(true, picks_.now);
  picks_.now += 5'000;
  for (std::uint64_t hash = 1; hash < 200; ++hash) {
    const auto owner = [&](std::uint64_t turn) {
      return picks_.upstream.choose({.turn = turn, .hash = hash, .now = picks_.now}, {}).member;
    };
    for (std::uint64_t turn = 1; turn < 10; ++turn) EXPECT_EQ(owner(turn), owner(0));
  }
}

TEST_F(CandidatesTest, EveryReasonIsNamed) {
  picks_.use({{"a"}, {"b"}, {"c"}, {"d"}, {"e"}, {"f"}, {"g"}});
  say("a", OperatorWord::drain);
  say("b", OperatorWord::disable);
  go_down("c");
  eject("d");
  keep_waiting("e");
  const auto pool = picks_.upstream.pool().members();
  Tried tried;
  tried.add(*pool[5].endpoint);
  const Candidates candidates(picks_.upstream.pool(), {.now = picks_.now}, tried, Candidates::Among::fit);
  std::vector<Unfit> all;
  for (const PoolMember& member : pool) all.push_back(candidates.unfit(member));
  EXPECT_EQ(all, (std::vector{Unfit::drained, Unfit::disabled, Unfit::down, Unfit::ejected, Unfit::doubtful,
                              Unfit::tried, Unfit::no}));
}

}  // namespace
}  // namespace duplexd
