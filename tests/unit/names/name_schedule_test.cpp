#include "tests/unit/names/name_table_harness.hpp"

namespace duplexd {
namespace {

using namespace std::chrono_literals;

class NameScheduleTest : public test::NameTableHarness {};

TEST_F(NameScheduleTest, EmptyTableIsNeverDue) {
  EXPECT_EQ(table_.due(), Clock::time_point::max());
  EXPECT_EQ(asked(), Names{});
}

TEST_F(NameScheduleTest, NamesAreAskedAgainInTime) {
  add("a", "x", 30s);
  const auto start = now_;
  asked();
  pass(100ms);
  answer("x");
  EXPECT_GE(table_.due(), start + 27s);
  EXPECT_LE(table_.due(), start + 30s);
  pass_until_due();
  EXPECT_EQ(asked(), Names{"x"});
}

TEST_F(NameScheduleTest, ShorterTtlBringsTheQuestionForward) {
  add("a", "x", 30s);
  asked();
  pass(2s);
  answer_with_ttl("x", 5s);
  EXPECT_EQ(table_.due(), now_ + 5s) << "from the answer on";
}

TEST_F(NameScheduleTest, TtlIsNeverBelowASecond) {
  add("a", "x", 30s);
  asked();
  answer_with_ttl("x", 0s);
  EXPECT_EQ(table_.due(), now_ + 1s);
}

TEST_F(NameScheduleTest, LongTtlDelaysNothing) {
  add("a", "x", 30s);
  asked();
  answer_with_ttl("x", 86'400s);
  EXPECT_LE(table_.due(), now_ + 30s);
}

TEST_F(NameScheduleTest, ShortestIntervalCounts) {
  add("a", "x", 30s);
  add("b", "x", 5s);
  const auto start = now_;
  asked();
  answer("x");
  EXPECT_LE(table_.due(), start + 5s);
  remove("b");
  pass_until_due();
  asked();
  answer("x");
  EXPECT_GE(table_.due(), now_ + 27s);
}

TEST_F(NameScheduleTest, SubscriptionsDoNotRestartTheSchedule) {
  add("a", "x", 30s);
  asked();
  answer("x");
  const auto due = table_.due();
  for (int reload = 0; reload < 13; ++reload) {
    pass(2s);
    add("b", "x", 30s);
    remove("a");
    interests_["a"] = std::move(interests_.extract("b").mapped());
    EXPECT_EQ(table_.due(), due);
  }
  pass_until_due();
  EXPECT_EQ(asked(), Names{"x"});
}

TEST_F(NameScheduleTest, ShorterIntervalBringsTheQuestionForward) {
  add("a", "x", 30s);
  const auto start = now_;
  asked();
  answer("x");
  pass(1s);
  add("b", "x", 5s);
  EXPECT_LE(table_.due(), start + 5s);
  EXPECT_GE(table_.due(), start + 4500ms);
}

TEST_F(NameScheduleTest, FailingNamesAreAskedEverLater) {
  add("a", "x", 30s);
  for (const auto back_off : {1s, 2s, 4s, 8s, 16s, 30s, 30s}) {
    ASSERT_EQ(asked(), Names{"x"});
    fail("x");
    EXPECT_LE(table_.due(), now_ + back_off);
    EXPECT_GE(table_.due(), now_ + back_off * 9 / 10);
    pass_until_due();
  }
}

TEST_F(NameScheduleTest, LostFamilyIsAskedWithinTtl) {
  add("a", "x", 30s);
  for (const auto most : {1s, 2s, 4s, 5s, 5s}) {
    ASSERT_EQ(asked(), Names{"x"});
    answer("x", {{test::address_of("192.0.2.1:0")}, "refused", {}, 5s, AF_INET6});
    EXPECT_LE(table_.due(), now_ + most);
    EXPECT_GE(table_.due(), now_ + most * 9 / 10);
    pass_until_due();
  }
}

TEST_F(NameScheduleTest, AnswerEndsTheBackOff) {
  add("a", "x", 30s);
  for (int failures = 0; failures < 4; ++failures) {
    asked();
    fail("x");
    pass_until_due();
  }
  asked();
  answer("x");
  EXPECT_GE(table_.due(), now_ + 27s);
  pass_until_due();
  asked();
  fail("x");
  EXPECT_LE(table_.due(), now_ + 1s);
}

TEST_F(NameScheduleTest, ShortIntervalIsNotStretched) {
  add("a", "x", 500ms);
  for (int i = 0; i < 5; ++i) {
    asked();
    fail("x");
    EXPECT_LE(table_.due(), now_ + 500ms);
    pass_until_due();
  }
}

TEST_F(NameScheduleTest, SubscriptionToFailingNameAsksSoon) {
  add("a", "x", 60s);
  for (int i = 0; i < 6; ++i) {
    asked();
    fail("x");
    pass_until_due();
  }
  asked();
  fail("x");
  told();
  pass(3s);
  add("b", "x", 60s);
  EXPECT_TRUE(interests_["b"]->awaits_answer);
  EXPECT_EQ(asked(), Names{"x"});
  fail("x");
  EXPECT_FALSE(interests_["b"]->awaits_answer);
  EXPECT_EQ(told(), Names{"b"}) << "for the other it is no news";
  add("c", "x", 60s);
  EXPECT_EQ(asked(), Names{}) << "it was asked just now";
}

TEST_F(NameScheduleTest, UnansweredQuestionIsGivenUp) {
  add("a", "x");
  asked();
  while (!table_.give_up({now_, {}})) {
    pass_until_due();
    EXPECT_EQ(asked(), Names{});
  }
  EXPECT_EQ(now_, Clock::time_point{1h} + NameTable::patience);
  EXPECT_EQ(name_of("a").state.failure, no_answer);
  EXPECT_EQ(told(), Names{"a"});
  answer("x");
  EXPECT_TRUE(name_of("a").state.addresses.empty()) << "too late";
}

TEST_F(NameScheduleTest, SilentNamesFreeTheirPlaces) {
  for (std::size_t i = 0; i < 2 * NameTable::most_young; ++i) add(std::to_string(i), std::to_string(i));
  EXPECT_EQ(asked().size(), NameTable::most_young);
  EXPECT_EQ(asked(), Names{});
  EXPECT_EQ(table_.due(), now_ + NameTable::young_for) << "nothing can be done before";
  pass_until_due();
  EXPECT_EQ(asked().size(), NameTable::most_young);
}

TEST_F(NameScheduleTest, AnswersFreeTheirPlaces) {
  for (std::size_t i = 0; i < 2 * NameTable::most_young; ++i) add(std::to_string(i), std::to_string(i));
  const Names first = asked();
  answer(first[7]);
  EXPECT_LE(table_.due(), now_);
  EXPECT_EQ(asked().size(), 1u);
}

TEST_F(NameScheduleTest, FailingNamesAreAskedLast) {
  add("a", "failing");
  asked();
  fail("failing");
  pass(1s);
  for (std::size_t i = 0; i < NameTable::most_young; ++i) add(std::to_string(i), std::to_string(i));
  const Names first = asked();
  EXPECT_EQ(first.size(), NameTable::most_young);
  EXPECT_EQ(std::ranges::count(first, "failing"), 0);
  answer(first[0]);
  EXPECT_EQ(asked(), Names{"failing"});
}

TEST_F(NameScheduleTest, SchedulesSpread) {
  constexpr int names = 10'000;
  for (int i = 0; i < names; ++i) add(std::to_string(i), std::to_string(i), 60s);
  const auto start = now_;
  for (const std::string& host : asked()) answer(host);
  for (Names hosts = asked(); !hosts.empty(); hosts = asked()) {
    for (const std::string& host : hosts) answer(host);
  }
  std::map<std::int64_t, int> per_second;
  for (const auto& [who, interest] : interests_) ++per_second[(interest->name->due - start) / 1s];
  for (const auto& [second, count] : per_second) {
    EXPECT_GE(second, 54);
    EXPECT_LE(second, 60);
    EXPECT_LT(count, names / 4);
  }
}

}  // namespace
}  // namespace duplexd
