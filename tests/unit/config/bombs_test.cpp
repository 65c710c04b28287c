// Texts that are not a configuration, by accident or by malice. Each is refused at once, with a place.
#include "tests/unit/config/config_text.hpp"

#include <gmock/gmock.h>

#include <ctime>

namespace duplexd {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::StartsWith;

std::string repeated(std::string_view text, std::size_t times) {
  std::string result;
  for (std::size_t i = 0; i < times; ++i) result += text;
  return result;
}

/// The first problem of the text, which has to come soon.
std::string refusal(std::string_view text) {
  const std::clock_t start = std::clock();
  const auto loaded = parse(text);
  // CPU time, more than under a sanitizer beside other work; a bomb that goes off takes minutes.
  EXPECT_LT((std::clock() - start) / CLOCKS_PER_SEC, 90);
  EXPECT_EQ(loaded.config, nullptr);
  EXPECT_LE(loaded.problems.size(), 101u);
  return loaded.problems.empty() ? "nothing" : problems(loaded).front();
}

TEST(Bombs, FilesHaveOneMebibyteAtMost) {
  EXPECT_EQ(refusal(repeated("# nothing here\n", 70'000)),
            "1:1: more than 1048576 bytes, in all files together");
  EXPECT_EQ(refusal(std::string(1024 * 1024, '\n')),
            "1:1: no listeners; write at least one below 'listeners:'");
  EXPECT_TRUE(problems(with("") + repeated("  # nothing here\n", 60'000)).empty());
}

TEST(Bombs, EndlessTokenQueueIsCutOff) {
  const std::string cut_off = "1:1: more than 64 KiB that are not a complete value follow";
  EXPECT_EQ(refusal(std::string(1'000'000, '[')), cut_off);
  EXPECT_EQ(refusal(std::string(1'000'000, '{')), cut_off);
  EXPECT_EQ(refusal(repeated("[\n", 500'000)), cut_off);
  EXPECT_EQ(refusal("{" + repeated("a,", 500'000) + "}"), cut_off);
  EXPECT_EQ(refusal(repeated("&a ", 300'000)), cut_off);
}

TEST(Bombs, NestingHasALimit) {
  EXPECT_EQ(refusal(repeated("a: [", 1000)), "1:65: nested more than 32 levels deep");
  EXPECT_EQ(refusal(repeated("- ", 500'000)), "1:65: nested more than 32 levels deep");
  EXPECT_EQ(refusal(repeated("? ", 500'000)), "1:65: nested more than 32 levels deep");
}

TEST(Bombs, ValuesHaveALimit) {
  EXPECT_EQ(refusal(repeated("a:\n", 60'000)), "50000:1: more than 100000 values in one file");
  EXPECT_EQ(refusal("a: [" + repeated("1,", 200'000) + "]"), "1:199997: more than 100000 values in one file");
}

TEST(Bombs, ManyMistakesAreCountedNotPrinted) {
  const auto found = problems(repeated("a: 1\n", 40'000));
  ASSERT_EQ(found.size(), 101u);
  EXPECT_THAT(found[99], HasSubstr("'a' is here twice; the first is at test.yaml:1:1"));
  EXPECT_THAT(found[100], HasSubstr("more"));
}

TEST(Bombs, ManyKeysTakeLittleTime) {
  std::string keys, listeners = "upstreams: {u: {endpoints: [\"h:1\"]}}\nlisteners:\n", ranges = listeners;
  for (int i = 0; i < 40'000; ++i) keys += "key" + std::to_string(i) + ": 1\n";
  for (int i = 0; i < 5'000; ++i) listeners += "  a" + std::to_string(i) + ": {bind: \":1\", upstream: v}\n";
  for (int i = 0; i < 5'000; ++i)
    ranges += "  a" + std::to_string(i) + ": {bind: \"10.0." + std::to_string(i / 256) + "." +
              std::to_string(i % 256) + ":1-1000\", upstream: u}\n";
  EXPECT_THAT(refusal(keys), HasSubstr("unknown key 'key0'"));
  EXPECT_THAT(refusal(listeners), HasSubstr("'v' is no upstream"));
  EXPECT_EQ(refusal(ranges), "13:15: listeners.a10.bind: more than 10000 addresses to listen on in all");
}

TEST(Bombs, AliasesAreNeverFollowed) {
  EXPECT_THAT(problems("workers: &a [*a]\n"), Contains("1:10: anchors (&a) are not supported"));
  EXPECT_THAT(problems("workers: &a [x]\nlog: &b [*a, *a, *a]\nlimits: [*b, *b, *b]\n"),
              Contains("2:10: aliases (*name) are not supported; write the value out"));
  EXPECT_THAT(refusal("a: *b\n"), StartsWith("1:4: this is not YAML (the referenced anchor is not defined)"));
}

TEST(Bombs, StrayCommaIsRefusedAtOnce) {
  EXPECT_EQ(refusal(","), "1:1: this does not belong to the YAML above it");
  EXPECT_EQ(refusal("[],"), "1:3: this does not belong to the YAML above it");
  EXPECT_EQ(refusal("\"a\","), "1:4: this does not belong to the YAML above it");
  EXPECT_THAT(refusal("a: 1\n,"), HasSubstr("not YAML"));
}

TEST(Bombs, ProblemsQuoteNoControlCharacters) {
  for (const std::string& problem : problems(": \"\\"))
    EXPECT_EQ(problem.find('\4'), problem.npos) << problem;
}

TEST(Bombs, SecondDocumentIsRefused) {
  EXPECT_EQ(refusal("a: 1\n---\nb: 2\n"), "2:1: a second document begins here; a file holds one");
  EXPECT_EQ(refusal(repeated("---\n", 100'000)), "2:1: a second document begins here; a file holds one");
  EXPECT_TRUE(problems("---\n" + with("") + "...\n").empty());
}

TEST(Bombs, TextMustBeUtf8) {
  using namespace std::literals;
  EXPECT_EQ(refusal("\xFF\xFE\x61\x00"sv), "1:1: the file is in UTF-16 or UTF-32; save it as UTF-8");
  EXPECT_EQ(refusal("a: 1\nb: \xC3\x28\n"sv), "2:4: this is not UTF-8");
  EXPECT_EQ(refusal("a: \xED\xA0\x80\n"sv), "1:4: this is not UTF-8");
  EXPECT_EQ(refusal("a: x\0y\n"sv), "1:5: the control character \\x00 does not belong into a text");
  EXPECT_EQ(refusal("a: \x1b[31m\n"sv), "1:4: the control character \\x1b does not belong into a text");
  EXPECT_TRUE(problems("\xEF\xBB\xBF" + with("")).empty());
}

TEST(Bombs, UnclosedQuoteIsRefused) {
  EXPECT_EQ(refusal("a: \"b\nc: d\n"), "1:4: this quote is never closed");
  EXPECT_EQ(refusal("a: 'b''\nc: d\n"), "1:4: this quote is never closed");
  EXPECT_EQ(refusal("a: \"b\\\"\n"), "1:4: this quote is never closed");
}

TEST(Bombs, RootMustBeAMap) {
  EXPECT_EQ(refusal("- a\n"), "1:1: a configuration is a map of keys, such as 'listeners:'");
  EXPECT_EQ(refusal("hello"), "1:1: a configuration is a map of keys, such as 'listeners:'");
}

}  // namespace
}  // namespace duplexd
