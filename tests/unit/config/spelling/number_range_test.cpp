// A range of numbers in an address stands for an endpoint with each of them.
#include "core/config/spelling/number_range.hpp"

#include "tests/unit/config/config_text.hpp"

#include <gmock/gmock.h>

namespace duplexd {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::vector<std::string> numbers(std::string_view text) {
  const auto texts = each_number(text);
  return texts ? *texts : std::vector{texts.error().what};
}

TEST(NumberRange, RangeHasEachNumber) {
  EXPECT_THAT(numbers("web-{8..10}.x:80"), ElementsAre("web-8.x:80", "web-9.x:80", "web-10.x:80"));
  EXPECT_THAT(numbers("h:{5..5}"), ElementsAre("h:5"));
  EXPECT_THAT(numbers("{08..10}"), ElementsAre("08", "09", "10"));
  EXPECT_EQ(numbers("{1..1000}").back(), "1000");
}

TEST(NumberRange, WrongRangesAreExplained) {
  EXPECT_THAT(numbers("{3..1}"), ElementsAre("'{3..1}': the range runs backwards; write {1..3}"));
  EXPECT_THAT(numbers("{0..1000}"), ElementsAre("'{0..1000}': the range has 1001 numbers; 1000 at most"));
  EXPECT_THAT(numbers("{1..x}"), ElementsAre("'{1..x}': a range of numbers is written {1..20}"));
  EXPECT_THAT(numbers("{1..2}.{1..2}"), ElementsAre(HasSubstr("one range of numbers is allowed")));
  EXPECT_THAT(numbers("{01..100}"), ElementsAre(HasSubstr("the same number of digits: {001..100}")));
  EXPECT_THAT(numbers("{1..9999999999}"), ElementsAre(HasSubstr("a range of numbers is written {1..20}")));
}

TEST(NumberRange, BracesAloneAreNoRange) {
  for (const auto* text : {"unix:/run/{a}", "unix:/run/{a..b}", "{", "}", "{1}", "..", "}..{", ""})
    EXPECT_FALSE(has_number_range(text)) << text;
}

TEST(NumberRange, ItemStandsForEachEndpoint) {
  const auto loaded = parse(with("", "", R"(  v:
    endpoints: ["a:1", {address: "b{1..3}:2", weight: 7}, "10.0.0.{8..9}:3"])"));
  ASSERT_TRUE(loaded.config) << to_string(loaded.problems.at(0));
  const auto& endpoints = loaded.config->upstreams.at(1).endpoints;
  ASSERT_EQ(endpoints.size(), 6u);
  EXPECT_EQ(endpoints[3].name, "b3:2");
  EXPECT_EQ(endpoints[3].weight, 7u);
  EXPECT_EQ(endpoints[5].name, "10.0.0.9:3");
  EXPECT_EQ(endpoints[5].weight, 1u);
  EXPECT_EQ(effective(loaded, "upstreams.v.endpoints[3].address"), "b3:2  # test.yaml:11:25");
}

TEST(NumberRange, RangesOfAllHaveALimit) {
  std::string endpoints;
  for (int i = 0; i < 10; ++i) endpoints += "\"h" + std::to_string(i) + "-{1..1000}:1\", ";
  EXPECT_EQ(problem(with("", "", "  v: {endpoints: [" + endpoints + "]}")), "");
  EXPECT_THAT(
      problem(with("", "", "  v: {endpoints: [" + endpoints + "\"i{1..1}:1\"]}")),
      HasSubstr("endpoints[10000].address: the ranges of the configuration have more than 10000 numbers "
                "in all"));
}

TEST(NumberRange, VariablesMayTakePart) {
  EXPECT_THAT(problem(with("", "", R"(  v: {endpoints: "${NAME}-{1..${COUNT:-2}}$$.x:80"})")),
              HasSubstr("'web-1$.x' is no host name"));
  const auto right = parse(with("", "", R"(  v: {endpoints: "${NAME}-{1..${COUNT:-2}}.x:80"})"));
  ASSERT_TRUE(right.config) << to_string(right.problems.at(0));
  EXPECT_EQ(right.config->upstreams.at(1).endpoints.at(1).name, "web-2.x:80");
}

TEST(NumberRange, MistakeInRangeIsOne) {
  EXPECT_EQ(problem(with("", "", R"(  v: {endpoints: ["h:1", "a{3..1}:1"]})")),
            "10:26: upstreams.v.endpoints[1].address: 'a{3..1}:1': the range runs backwards; write {1..3}");
  EXPECT_EQ(
      problem(with("", "", R"(  v: {endpoints: [{address: "a{1..9}:1", weight: 0x5}]})")),
      "10:50: upstreams.v.endpoints[0].weight: '0x5' is not a whole number in decimal digits; write a number "
      "from 0 to 1000");
  EXPECT_THAT(problem(with("", "", R"(  v: {endpoints: ["a2:1", "a{1..3}:1"]})")),
              HasSubstr("10:27: upstreams.v.endpoints: 'a2:1' is here twice"));
  EXPECT_THAT(problem("a: [web-{1..20}:80]\n"), HasSubstr("put a range in quotes"));
}

}  // namespace
}  // namespace duplexd
