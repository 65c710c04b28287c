// The text of a problem.
#include "core/config/loader.hpp"
#include "core/config/spelling/wording.hpp"

#include <gtest/gtest.h>

namespace duplexd {
namespace {

TEST(Problem, ProblemShowsLineAndCaret) {
  EXPECT_EQ(to_string({"duplexd.yaml", 14, 7, "unknown key 'timout'", "      timout: 5s"}),
            "duplexd.yaml:14:7: error: unknown key 'timout'\n"
            "      timout: 5s\n"
            "      ^");
}

TEST(Problem, ProblemWithoutSourceIsOneLine) {
  EXPECT_EQ(to_string({"f", 0, 0, "cannot be read", ""}), "f: error: cannot be read");
  EXPECT_EQ(to_string({"f", 1, 1, "no listeners", ""}), "f:1:1: error: no listeners");
}

TEST(Problem, CaretCountsCharactersNotBytes) {
  EXPECT_EQ(to_string({"f", 1, 6, "x", "\xC3\xA9\xC3\xA9: x"}), "f:1:6: error: x\n\xC3\xA9\xC3\xA9: x\n   ^");
}

TEST(Problem, ControlCharactersAreEscaped) {
  EXPECT_EQ(to_string({"a\nb", 1, 2, "x", "\ta\x1b[31m"}), "a\\x0ab:1:2: error: x\n\\ta\\x1b[31m\n  ^");
  EXPECT_EQ(printable("\xFFz\xC2\x9B \xE2\x80\xAE"), "\\xffz\\x9b \\u202e");
}

TEST(Problem, LongLineIsCutAroundCaret) {
  const auto text = to_string({"f", 1, 501, "x", std::string(500, 'a').append("b").append(500, 'c')});
  EXPECT_EQ(text, "f:1:501: error: x\n..." + std::string(60, 'a') + "b" + std::string(39, 'c') + "...\n" +
                      std::string(63, ' ') + "^");
}

TEST(Problem, CaretBeyondLineStaysAtEnd) {
  EXPECT_EQ(to_string({"f", 1, 99, "x", "ab"}), "f:1:99: error: x\nab\n  ^");
}

TEST(Wording, SuggestionsAreSimilarWords) {
  EXPECT_EQ(did_you_mean("timout", {"bind", "timeouts"}), "; did you mean 'timeouts'?");
  EXPECT_EQ(did_you_mean("dile", {"idle"}), "; did you mean 'idle'?");
  EXPECT_EQ(did_you_mean("abc", {"xyz", "off"}), "");
  EXPECT_EQ(did_you_mean("x", {"y"}), "");
  EXPECT_EQ(did_you_mean(std::string(100'000, 'x'), {std::string_view("idle")}), "");
}

TEST(Wording, QuotedTextIsEscapedAndCut) {
  EXPECT_EQ(in_quotes("a\nb"), "'a\\x0ab'");
  EXPECT_EQ(in_quotes(std::string(100, 'x')), "'" + std::string(64, 'x') + "...'");
  EXPECT_EQ(either_of({"a"}), "a");
  EXPECT_EQ(either_of({"a", "b", "c"}), "a, b or c");
}

}  // namespace
}  // namespace duplexd
