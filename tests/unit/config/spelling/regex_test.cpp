#include "core/config/spelling/regex.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <string>

namespace duplexd {
namespace {

TEST(RegexTest, MatchesSomewhere) {
  const auto digits = *regex("[0-9]{3}");
  EXPECT_TRUE(digits("ab123"));
  EXPECT_FALSE(digits("ab12"));
}

TEST(RegexTest, TextIsBytes) {
  EXPECT_TRUE(
      (*regex("^a.b$"))(std::string_view("a\xff"
                                         "b")));
  EXPECT_TRUE((*regex("^a\\x00b$"))(std::string_view("a\0b", 3)));
}

TEST(RegexTest, ErrorSaysWhatIsWrong) {
  EXPECT_EQ(regex("a(b").error().what, "is no regular expression: missing ): a(b");
}

TEST(RegexTest, HostileTextTakesLinearTime) {
  const auto begun = std::chrono::steady_clock::now();
  EXPECT_FALSE((*regex("^(a+)+$"))(std::string(60'000, 'a') + "b"));
  EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(5));
}

}  // namespace
}  // namespace duplexd
