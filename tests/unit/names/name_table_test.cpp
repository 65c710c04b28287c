#include "tests/unit/names/name_table_harness.hpp"

namespace duplexd {
namespace {

using namespace std::chrono_literals;

class NameTableTest : public test::NameTableHarness {};

TEST_F(NameTableTest, NewNameIsAskedAtOnce) {
  add("a", "x");
  EXPECT_LE(table_.due(), now_);
  EXPECT_EQ(asked(), Names{"x"});
  EXPECT_EQ(asked(), Names{}) << "it is being asked";
}

TEST_F(NameTableTest, SubscribersShareOneQuestion) {
  for (const char* who : {"a", "b", "c"}) add(who, "x");
  EXPECT_EQ(asked(), Names{"x"});
  add("d", "x");
  EXPECT_EQ(asked(), Names{});
  answer("x");
  EXPECT_EQ(told(), (Names{"a", "b", "c", "d"}));
  add("e", "x");
  EXPECT_EQ(told(), Names{}) << "it can read what is known";
  EXPECT_EQ(name_of("e").state.addresses.size(), 1u);
}

TEST_F(NameTableTest, LateAnswersChangeNothing) {
  add("a", "x");
  asked();
  const auto first = numbers_["x"];
  fail("x");
  pass_until_due();
  asked();
  table_.answer(first, {{test::address_of("192.0.2.9:0")}, ""}, {now_, {}});
  EXPECT_TRUE(name_of("a").state.addresses.empty());
  answer("x");
  answer("x", {{test::address_of("192.0.2.9:0")}, ""});
  EXPECT_EQ(name_of("a").state.addresses.front().to_string(), "192.0.2.1:0");
}

TEST_F(NameTableTest, AnswersMayComeInAnyOrder) {
  for (const char* who : {"a", "b", "c"}) add(who, who);
  asked();
  for (const char* who : {"c", "a", "b"}) answer(who);
  EXPECT_EQ(told(), (Names{"c", "a", "b"}));
}

TEST_F(NameTableTest, UnknownNumbersAreIgnored) {
  add("a", "x");
  for (const NameTable::Number number : {0U, 1U, 77U}) table_.answer(number, {{}, no_such_name}, {now_, {}});
  EXPECT_FALSE(name_of("a").state.answered) << "it was not asked yet";
  EXPECT_EQ(told(), Names{});
}

TEST_F(NameTableTest, AnswerForForgottenNameIsIgnored) {
  add("a", "x");
  asked();
  const auto first = numbers_["x"];
  EXPECT_EQ(remove("a"), first) << "nobody waits for it any more";
  EXPECT_EQ(table_.size(), 0u);
  EXPECT_EQ(table_.due(), Clock::time_point::max());
  add("b", "x");
  answer("x");
  EXPECT_FALSE(name_of("b").state.answered) << "the same name, another question";
  EXPECT_EQ(asked(), Names{"x"});
  answer("x");
  EXPECT_EQ(told(), Names{"b"});
  EXPECT_EQ(remove("b"), std::nullopt) << "no question is open";
}

TEST_F(NameTableTest, NameStaysWhileAnybodyIsInterested) {
  add("a", "x");
  asked();
  answer("x");
  add("b", "x");
  remove("a");
  EXPECT_EQ(name_of("b").state.addresses.size(), 1u);
}

TEST_F(NameTableTest, NewsAreToldOnce) {
  add("a", "x");
  asked();
  answer("x");
  EXPECT_EQ(told(), Names{"a"});
  const auto next = [&](NameAnswer given) {
    pass(30s);
    asked();
    answer("x", std::move(given));
    return told();
  };
  EXPECT_EQ(next({{test::address_of("192.0.2.1:0")}, ""}), Names{});
  EXPECT_EQ(next({{test::address_of("192.0.2.2:0")}, ""}), Names{"a"});
  EXPECT_EQ(next({{}, no_such_name}), Names{"a"});
  EXPECT_EQ(next({{}, "refused"}), Names{});
  EXPECT_EQ(next({{test::address_of("192.0.2.2:0")}, ""}), Names{"a"});
}

TEST_F(NameTableTest, UntoldNewsAreSummedUp) {
  add("a", "x");
  asked();
  answer("x");
  pass(30s);
  asked();
  fail("x");
  EXPECT_EQ(told(), Names{"a"});
}

TEST_F(NameTableTest, RemovedInterestIsNotTold) {
  add("a", "x");
  add("b", "x");
  asked();
  answer("x");
  remove("a");
  EXPECT_EQ(told(), Names{"b"});
}

TEST_F(NameTableTest, RememberedNameIsKnownUntilAnswered) {
  table_.remember({{"x", {{test::address_of("192.0.2.9:0")}}}});
  add("a", "x");
  EXPECT_FALSE(name_of("a").state.answered);
  EXPECT_FALSE(interests_["a"]->awaits_answer);
  EXPECT_EQ(name_of("a").state.addresses.front().to_string(), "192.0.2.9:0");
  EXPECT_EQ(asked(), Names{"x"}) << "at once";
  answer("x");
  EXPECT_EQ(told(), Names{"a"});
  EXPECT_EQ(name_of("a").state.addresses.front().to_string(), "192.0.2.1:0");
}

TEST_F(NameTableTest, RememberedNameOutlivesFailures) {
  table_.remember({{"x", {{test::address_of("192.0.2.9:0")}}}});
  add("a", "x");
  asked();
  fail("x");
  EXPECT_EQ(told(), Names{"a"});
  EXPECT_EQ(name_of("a").state.failure, no_such_name);
  EXPECT_EQ(name_of("a").state.addresses.size(), 1u);
}

TEST_F(NameTableTest, ForgottenNameIsNotRememberedAgain) {
  table_.remember({{"x", {{test::address_of("192.0.2.9:0")}}}});
  add("a", "x");
  remove("a");
  add("a", "x");
  EXPECT_TRUE(name_of("a").state.addresses.empty());
  EXPECT_TRUE(interests_["a"]->awaits_answer);
}

TEST_F(NameTableTest, RecordsAreWhatIsKnown) {
  const std::vector<ServiceTarget> targets{{"h", 80, 1, 2}};
  for (const char* who : {"x", "srv:s", "unknown"}) add(who, who);
  asked();
  answer("x");
  answer("srv:s", {{}, "", targets});
  fail("unknown");
  const NameRecords records = table_.records();
  EXPECT_EQ(records, (NameRecords{{"x", {{test::address_of("192.0.2.1:0")}, {}}}, {"srv:s", {{}, targets}}}));
}

}  // namespace
}  // namespace duplexd
