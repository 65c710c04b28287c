// The spelling of single values: those accepted, and the messages for those refused.
#include "core/config/spelling/spelling.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace duplexd {
namespace {

using namespace std::chrono_literals;

/// The value of a text, printed again, or "! " and the reason of a refusal.
template <class T>
std::string read(const Spelling<T>& spelling, std::string_view text) {
  const auto value = spelling.parse(text);
  return value ? spelling.print(*value) : "! " + value.error().what;
}

struct Row {
  std::string_view text;
  std::string_view result;
};

template <class T>
void expect_all(const Spelling<T>& spelling, const std::vector<Row>& rows) {
  for (const auto& [text, result] : rows) EXPECT_EQ(read(spelling, text), result) << "of '" << text << "'";
}

TEST(Values, NumbersAreDecimalAndInRange) {
  expect_all(number(1, 300), {{"1", "1"},
                              {"300", "300"},
                              {"0", "! is out of range"},
                              {"301", "! is out of range"},
                              {"99999999999999999999999", "! is out of range"},
                              {"010", "! is not a whole number in decimal digits"},
                              {"0x10", "! is not a whole number in decimal digits"},
                              {"+1", "! is not a whole number in decimal digits"},
                              {"-1", "! is not a whole number in decimal digits"},
                              {"1_0", "! is not a whole number in decimal digits"},
                              {"1.0", "! is not a whole number in decimal digits"},
                              {" 1", "! is not a whole number in decimal digits"},
                              {"", "! is not a whole number in decimal digits"}});
}

TEST(Values, BooleansHaveOneSpelling) {
  expect_all(boolean(), {{"true", "true"}, {"false", "false"}});
  for (const auto* text : {"yes", "no", "on", "off", "True", "TRUE", "y", "1", "", "~"})
    EXPECT_EQ(read(boolean(), text), "! is not allowed") << text;
}

TEST(Values, DurationsNeedUnitsLargestFirst) {
  expect_all(duration(1ms, 24h * 365), {{"1ms", "1ms"},
                                        {"60s", "1m"},
                                        {"90m", "1h30m"},
                                        {"1d2h3m4s5ms", "1d2h3m4s5ms"},
                                        {"365d", "365d"},
                                        {"0s", "! is out of range"},
                                        {"366d", "! is out of range"},
                                        {"213503982334602d", "! is out of range"},
                                        {"18446744073709551615ms1ms", "! is not a duration"},
                                        {"10", "! has no unit"},
                                        {"1h30", "! has no unit"},
                                        {"10 s", "! is not a duration"},
                                        {"1m1h", "! is not a duration"},
                                        {"1s1s", "! is not a duration"},
                                        {"1.5s", "! is not a duration"},
                                        {"-1s", "! is not a duration"},
                                        {"1S", "! is not a duration"},
                                        {"s", "! is not a duration"},
                                        {"", "! is not a duration"}});
}

TEST(Values, SomeDurationsAreWholeSeconds) {
  expect_all(whole_seconds(1s, 9h), {{"1s", "1s"},
                                     {"2000ms", "2s"},
                                     {"1500ms", "! is not a whole number of seconds"},
                                     {"500ms", "! is out of range"}});
}

TEST(Values, SizesNeedAUnit) {
  expect_all(byte_size(1024, 1u << 30), {{"1KiB", "1KiB"},
                                         {"1024B", "1KiB"},
                                         {"64KB", "64000B"},
                                         {"1GiB", "1GiB"},
                                         {"1MB", "1000000B"},
                                         {"2GiB", "! is out of range"},
                                         {"18446744073709551616GiB", "! is out of range"},
                                         {"1023B", "! is out of range"},
                                         {"64", "! has no unit"},
                                         {"64k", "! is not a size"},
                                         {"64KiB64B", "! is not a size"},
                                         {"KiB", "! is not a size"}});
}

TEST(Values, PercentagesAreWholeNumbersWithSign) {
  expect_all(percent(90), {{"0%", "0%"},
                           {"90%", "90%"},
                           {"91%", "! is out of range"},
                           {"5", "! is not a percentage"},
                           {"%", "! is not a whole number in decimal digits"},
                           {"1.5%", "! is not a whole number in decimal digits"}});
}

TEST(Values, ModesAreFourOctalDigits) {
  expect_all(file_mode(), {{"0660", "\"0660\""},
                           {"0000", "\"0000\""},
                           {"660", "! is not the mode of a socket"},
                           {"0680", "! is not the mode of a socket"},
                           {"4755", "! is not the mode of a socket"},
                           {"0o66", "! is not the mode of a socket"},
                           {"", "! is not the mode of a socket"}});
}

TEST(Values, WordMayReplaceANumber) {
  const auto spelling = word_or("auto", 0, number(1, 9));
  expect_all(spelling, {{"auto", "auto"}, {"3", "3"}, {"off", "! is not a whole number in decimal digits"}});
  EXPECT_EQ(spelling.form.expected, "a number from 1 to 9, or auto");
}

TEST(Values, TextIsQuotedWhereYamlRequires) {
  EXPECT_EQ(yaml_scalar("10.0.0.1:80"), "10.0.0.1:80");
  EXPECT_EQ(yaml_scalar("unix:/run/x.sock"), "unix:/run/x.sock");
  EXPECT_EQ(yaml_scalar(":80"), "\":80\"");
  EXPECT_EQ(yaml_scalar("[::1]:80"), "\"[::1]:80\"");
  EXPECT_EQ(yaml_scalar("unix:@x"), "\"unix:@x\"");
  EXPECT_EQ(yaml_scalar("a$b\"\\"), R"("a$$b\"\\")");
  EXPECT_EQ(yaml_scalar("null"), "\"null\"");
  EXPECT_EQ(yaml_scalar("::"), "\"::\"");
  EXPECT_EQ(yaml_scalar(""), "\"\"");
}

TEST(Values, QuotedTextReadsBackUnchanged) {
  for (const auto* text : {"", "h:1", "[::1]:80", "a$b", "$$", "\"", "\\", "a\\\"$ '", "null"})
    EXPECT_EQ(scalar_text(yaml_scalar(text)), text);
}

}  // namespace
}  // namespace duplexd
