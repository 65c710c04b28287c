#include "daemon/duplexctl/sessions/session_options.hpp"

#include <gmock/gmock.h>

#include <string>
#include <vector>

namespace duplexd::duplexctl {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

Parsed<Options> parsed(std::vector<const char*> arguments) {
  arguments.insert(arguments.begin(), "duplexctl");
  return parse_options(static_cast<int>(arguments.size()), arguments.data());
}

std::string target(const std::vector<const char*>& arguments) {
  const auto options = parsed(arguments);
  return options ? options->target : options.error().what;
}

TEST(SessionOptionsTest, FiltersBecomeParameters) {
  EXPECT_EQ(target({"sessions"}), "/v1/sessions");
  EXPECT_EQ(target({"sessions", "--listener", "a b", "--source=10.0.0.0/8", "--min-age", "2h", "--tcp"}),
            "/v1/sessions?listener=a%20b&source=10.0.0.0/8&min_age=2h&tcp=true");
  EXPECT_EQ(target({"who-is-slow", "-n", "3", "--endpoint", "[::1]:80"}),
            "/v1/sessions/slow?endpoint=%5B::1%5D:80&limit=3");
  EXPECT_EQ(target({"kill", "--state", "half_closed", "--rate", "5", "--dry-run"}),
            "/v1/kill?state=half_closed&rate=5&dry_run=true");
}

TEST(SessionOptionsTest, KillTakesIds) {
  const auto options = parsed({"kill", "0000000000000001", "2,3", "--rate", "5"});
  ASSERT_TRUE(options);
  EXPECT_EQ(options->target, "/v1/kill?rate=5");
  EXPECT_THAT(options->ids, ElementsAre("0000000000000001", "2", "3"));
  EXPECT_THAT(parsed({"kill", ""})->ids, ElementsAre(""));
  EXPECT_EQ(parsed({"kill", "1"})->command->method, "POST");
}

// They come page by page.
TEST(SessionOptionsTest, ListsEndAfterTheirCount) {
  const auto options = parsed({"sessions", "-n", "700"});
  ASSERT_TRUE(options);
  EXPECT_EQ(options->target, "/v1/sessions");
  EXPECT_EQ(options->most, 700u);
}

TEST(SessionOptionsTest, OptionsBelongToTheirCommand) {
  EXPECT_THAT(target({"status", "--listener", "a"}),
              HasSubstr("--listener belongs to sessions, who-is-slow, kill, recent and explain"));
  EXPECT_THAT(target({"recent", "--upstream", "a"}),
              HasSubstr("--upstream belongs to sessions, who-is-slow and kill"));
  EXPECT_THAT(target({"sessions", "--rate", "5"}), HasSubstr("--rate belongs to kill"));
  EXPECT_THAT(target({"kill", "1", "-n", "5"}), HasSubstr("--count belongs to sessions, who-is-slow"));
  EXPECT_THAT(target({"who-is-slow", "--tcp"}), HasSubstr("--tcp belongs to sessions"));
  EXPECT_THAT(target({"sessions", "1"}), HasSubstr("not also '1'"));
  EXPECT_THAT(target({"sessions", "-n", "0"}), HasSubstr("--count '0' is out of range"));
}

}  // namespace
}  // namespace duplexd::duplexctl
