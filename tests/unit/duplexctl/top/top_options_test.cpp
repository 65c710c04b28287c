#include "daemon/duplexctl/options.hpp"

#include <gmock/gmock.h>

namespace duplexd::duplexctl {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;

Parsed<Options> parse_top(std::vector<const char*> arguments) {
  arguments.insert(arguments.begin(), {"duplexctl", "top"});
  return parse_options(static_cast<int>(arguments.size()), arguments.data());
}

TEST(TopOptionsTest, DefaultsAreForATerminal) {
  const auto options = parse_top({});
  ASSERT_TRUE(options);
  EXPECT_EQ(options->action, Options::Action::top);
  EXPECT_EQ(options->top_request.socket, default_socket);
  EXPECT_EQ(options->top_request.interval, milliseconds(2000));
  EXPECT_FALSE(options->top_request.batch);
}

TEST(TopOptionsTest, IntervalIsInSeconds) {
  EXPECT_EQ(parse_top({"--interval", "0.5"})->top_request.interval, milliseconds(500));
  EXPECT_EQ(parse_top({"--interval", "5"})->top_request.interval, milliseconds(5000));
  EXPECT_EQ(parse_top({"--interval", "250ms"})->top_request.interval, milliseconds(250));
  for (const char* const wrong : {"0", "0.01", "nan", "-1", "1e9", "x", "3601"})
    EXPECT_FALSE(parse_top({"--interval", wrong})) << wrong;
}

TEST(TopOptionsTest, ViewHasItsColumns) {
  const auto options = parse_top({"--view", "endpoints", "--sort", "failed", "--filter", "db"});
  ASSERT_TRUE(options) << options.error().what;
  EXPECT_EQ(options->top_request.controls.view, top::View::endpoints);
  EXPECT_EQ(options->top_request.controls.filter, "db");
  EXPECT_THAT(parse_top({"--view", "listeners", "--sort", "age"}).error().what, HasSubstr("accepted_rate"));
  EXPECT_THAT(parse_top({"--view", "pools"}).error().what, HasSubstr("sessions, listeners"));
}

TEST(TopOptionsTest, JsonIsWrittenInBatches) {
  EXPECT_TRUE(parse_top({"--json"})->top_request.batch);
  EXPECT_EQ(parse_top({"-b", "-n", "3"})->top_request.frames, 3u);
}

TEST(TopOptionsTest, OptionsOfOthersAreRefused) {
  EXPECT_THAT(parse_top({"--source", "10.0.0.0/8"}).error().what, HasSubstr("belongs to sessions"));
  const std::vector<const char*> other{"duplexctl", "status", "--batch"};
  EXPECT_THAT(parse_options(3, other.data()).error().what, HasSubstr("belongs to top"));
  EXPECT_FALSE(parse_top({"web"}));
}

}  // namespace
}  // namespace duplexd::duplexctl
