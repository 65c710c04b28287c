#include "daemon/log/line/log_format.hpp"

#include "daemon/log/line/log_text.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace duplexd {
namespace {

using namespace std::chrono_literals;

LogLine line_with(std::string_view value) {
  LogLine line(EventKind::ready, LogTime(1'795'339'800'123ms));
  line.add("name", value);
  return line;
}

template <class Format>
std::string formatted(Format format, const LogLine& line) {
  std::string text;
  format(text, line);
  return text;
}

std::string quoted(std::string_view text) {
  std::string out;
  append_quoted(out, text);
  return out;
}

struct Escape {
  std::string_view raw, quoted;
};

class EscapeTest : public testing::TestWithParam<Escape> {};

TEST_P(EscapeTest, HostileTextStaysOnItsLine) { EXPECT_EQ(quoted(GetParam().raw), GetParam().quoted); }

using namespace std::string_view_literals;
INSTANTIATE_TEST_SUITE_P(
    HostileTexts, EscapeTest,
    testing::Values(Escape{"plain"sv, R"("plain")"}, Escape{""sv, R"("")"}, Escape{"a\"b"sv, R"("a\"b")"},
                    Escape{"a\\b"sv, R"("a\\b")"}, Escape{"a\nb\r"sv, R"("a\u000ab\u000d")"},
                    Escape{"a\0b"sv, R"("a\u0000b")"}, Escape{"\x1b[2J"sv, R"("\u001b[2J")"},
                    Escape{"\x7f"sv, R"("\u007f")"}, Escape{"\xc2\x9b"sv, R"("\u009b")"},
                    Escape{"\xe2\x80\xa8"sv, R"("\u2028")"}, Escape{"\xe2\x80\xae"sv, R"("\u202e")"},
                    Escape{"d\xc3\xbcplex"sv, "\"d\xc3\xbcplex\""}, Escape{"a\xff"sv, R"("a\\xff")"},
                    Escape{"\xc3"sv, R"("\\xc3")"}, Escape{"\xc0\xaf"sv, R"("\\xc0\\xaf")"},
                    Escape{"\xed\xa0\x80"sv, R"("\\xed\\xa0\\x80")"},
                    Escape{"\xe2\x80"sv, R"("\\xe2\\x80")"}));

TEST(LogfmtTest, TimeAndLevelPrecedeFields) {
  LogLine line = line_with("main");
  line.add("count", std::uint64_t{3}).add("took_ms", 12'045us);
  EXPECT_EQ(formatted(append_logfmt, line),
            "time=2026-11-22T09:30:00.123Z level=info event=ready name=main count=3 took_ms=12.045\n");
}

TEST(LogfmtTest, MistakableTextIsQuoted) {
  for (const std::string_view value : {"", "a b", "a=b", "a\"b", "a\\b", "a\nb", "\xc3\xbc"}) {
    EXPECT_NE(formatted(append_logfmt, line_with(value)).find("name=\""), std::string::npos) << value;
  }
}

TEST(LogfmtTest, AddressesStayUnquoted) {
  for (const std::string value : {"[2001:db8::1]:80", "unix:@name", "-", "db.internal:5432"}) {
    EXPECT_NE(formatted(append_logfmt, line_with(value)).find("name=" + value + "\n"), std::string::npos);
  }
}

TEST(JsonTest, NumbersStayNumbers) {
  LogLine line = line_with("a \"b\"");
  line.add("count", std::uint64_t{3}).add("took_ms", 45us);
  EXPECT_EQ(formatted(append_json, line),
            R"({"time":"2026-11-22T09:30:00.123Z","level":"info","event":"ready","name":"a \"b\"","count":3,)"
            "\"took_ms\":0.045}\n");
}

TEST(AnyTextFormatTest, AnyValueStaysOnOneLine) {
  std::string everything;
  for (int c = 0; c < 256; ++c) everything += static_cast<char>(c);
  for (const auto format : {append_logfmt, append_json}) {
    const std::string text = formatted(format, line_with(everything));
    EXPECT_EQ(std::count_if(text.begin(), text.end(), [](unsigned char c) { return c < 0x20; }), 1);
    EXPECT_EQ(text.back(), '\n');
  }
}

TEST(JournalFormatTest, EveryFieldHasItsOwnName) {
  const std::string text = formatted(append_journal, line_with("main"));
  EXPECT_EQ(text,
            "MESSAGE=event=ready name=main\n"
            "PRIORITY=6\n"
            "SYSLOG_IDENTIFIER=duplexd\n"
            "MESSAGE_ID=6eddc5e600f643609ae03aa3ac46ca65\n"
            "DUPLEXD_TIME=2026-11-22T09:30:00.123Z\n"
            "DUPLEXD_EVENT=ready\n"
            "DUPLEXD_NAME=main\n");
}

TEST(JournalFormatTest, ValueWithNewlineFollowsItsLength) {
  const std::string text = formatted(append_journal, line_with("a\nPRIORITY=0"));
  EXPECT_NE(text.find("DUPLEXD_NAME\n\x0c\0\0\0\0\0\0\0a\nPRIORITY=0\n"sv), std::string::npos);
  EXPECT_NE(text.find("MESSAGE=event=ready name=\"a\\u000aPRIORITY=0\"\n"), std::string::npos);
}

TEST(JournalFormatTest, EveryKindHasUniqueMessageId) {
  for (std::size_t i = 0; i < event_kind_count; ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      EXPECT_NE(traits_of(static_cast<EventKind>(i)).message_id,
                traits_of(static_cast<EventKind>(j)).message_id);
    }
    EXPECT_EQ(traits_of(static_cast<EventKind>(i)).message_id.size(), 32u);
  }
}

}  // namespace
}  // namespace duplexd
