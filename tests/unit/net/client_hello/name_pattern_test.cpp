#include "core/net/client_hello/name_pattern.hpp"

#include <gtest/gtest.h>

#include <string>

namespace duplexd {
namespace {

NamePattern pattern(std::string_view text) { return *NamePattern::parse(text); }

std::string pattern_error_of(std::string_view text) {
  const auto parsed = NamePattern::parse(text);
  return parsed ? "accepted as " + parsed->to_string() : parsed.error().what;
}

TEST(NamePatternTest, TextReadsBackInLowerCase) {
  EXPECT_EQ(pattern("WWW.Example.com.").to_string(), "www.example.com");
  EXPECT_EQ(pattern("*.Example.com.").to_string(), "*.example.com");
  EXPECT_EQ(pattern("default").to_string(), "default");
  EXPECT_EQ(pattern("localhost").to_string(), "localhost");
}

TEST(NamePatternTest, ExactNameMatchesItself) {
  EXPECT_TRUE(pattern("a.example").matches("a.example"));
  for (const auto other : {"", "b.example", "x.a.example", "a.example.com"})
    EXPECT_FALSE(pattern("a.example").matches(other)) << other;
}

TEST(NamePatternTest, StarMatchesNamesBelow) {
  for (const auto below : {"a.example", "b.a.example"})
    EXPECT_TRUE(pattern("*.example").matches(below)) << below;
  for (const auto other : {"", "example", ".example", "aexample", "a.example.com"})
    EXPECT_FALSE(pattern("*.example").matches(other)) << other;
}

TEST(NamePatternTest, DefaultMatchesAllAndNone) {
  EXPECT_TRUE(pattern("default").matches("a.example"));
  EXPECT_TRUE(pattern("default").matches(""));
}

TEST(NamePatternTest, CoversWhatItMatches) {
  for (const auto text : {"a.example", "*.a.example", "default"}) {
    EXPECT_TRUE(pattern(text).covers(pattern(text))) << text;
    EXPECT_TRUE(pattern("default").covers(pattern(text))) << text;
  }
  EXPECT_TRUE(pattern("*.example").covers(pattern("a.example")));
  EXPECT_TRUE(pattern("*.example").covers(pattern("*.a.example")));
  EXPECT_FALSE(pattern("*.example").covers(pattern("example")));
  EXPECT_FALSE(pattern("*.a.example").covers(pattern("*.example")));
  EXPECT_FALSE(pattern("a.example").covers(pattern("*.a.example")));
  EXPECT_FALSE(pattern("*.example").covers(pattern("default")));
}

TEST(NamePatternTest, MistakesAreTold) {
  for (const auto text : {"www.*.com", "*example.com", "*", "*.", "*.*.a"})
    EXPECT_EQ(pattern_error_of(text), "has a '*' that does not stand for all names below one") << text;
  for (const auto text : {"192.0.2.1", "2001:db8::1", "[2001:db8::1]"})
    EXPECT_EQ(pattern_error_of(text), "is an address, which no client asks for") << text;
  for (const auto text : {"", ".", "a..b", "a b", "a/b", "~^a"})
    EXPECT_EQ(pattern_error_of(text), "is no host name") << text;
  EXPECT_EQ(pattern_error_of("b\u00fccher.example"), "is asked for in its ASCII form (xn--...)");
}

}  // namespace
}  // namespace duplexd
