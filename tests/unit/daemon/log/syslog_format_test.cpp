#include "daemon/log/line/syslog_format.hpp"

#include <gtest/gtest.h>

#include <time.h>

#include <algorithm>
#include <cstdlib>

namespace duplexd {
namespace {

using namespace std::chrono_literals;

const SyslogSender sender{
    .syntax = SyslogSyntax::rfc5424, .facility = 16, .host = "edge1", .tag = "duplexd", .process = 7};

LogLine line_with(EventKind kind, std::string_view value) {
  LogLine line(kind, LogTime(1'795'339'800'123ms));
  line.add("name", value);
  return line;
}

std::string message(const SyslogSender& from, LogFormat format, const LogLine& line) {
  std::string text;
  append_syslog(text, from, format, line);
  return text;
}

TEST(SyslogFormatTest, HeadIsThatOfRfc5424) {
  EXPECT_EQ(message(sender, LogFormat::logfmt, line_with(EventKind::ready, "main")),
            "<134>1 2026-11-22T09:30:00.123Z edge1 duplexd 7 ready - event=ready name=main");
  EXPECT_EQ(message(sender, LogFormat::logfmt, line_with(EventKind::dropped, "main")).substr(0, 7),
            "<132>1 ");
}

TEST(SyslogFormatTest, JsonIsWholeText) {
  EXPECT_EQ(message(sender, LogFormat::json, line_with(EventKind::ready, "main")),
            "<134>1 2026-11-22T09:30:00.123Z edge1 duplexd 7 ready - "
            R"({"time":"2026-11-22T09:30:00.123Z","level":"info","event":"ready","name":"main"})");
}

TEST(SyslogFormatTest, UnknownHostIsNil) {
  SyslogSender unknown = sender;
  unknown.host = "";
  EXPECT_EQ(message(unknown, LogFormat::logfmt, line_with(EventKind::ready, "x")).substr(32, 10),
            "- duplexd ");
}

TEST(SyslogFormatTest, HeadIsThatOfSyslogFunction) {
  ::setenv("TZ", "UTC", 1);
  ::tzset();
  SyslogSender local = sender;
  local.syntax = SyslogSyntax::rfc3164;
  const LogLine line = line_with(EventKind::ready, "main");
  EXPECT_EQ(message(local, LogFormat::logfmt, line),
            "<134>Nov 22 09:30:00 edge1 duplexd[7]: event=ready name=main");
  local.host = "";
  EXPECT_EQ(message(local, LogFormat::logfmt, line),
            "<134>Nov 22 09:30:00 duplexd[7]: event=ready name=main");
}

TEST(SyslogFormatTest, HostileValuesForgeNoMessage) {
  std::string everything = "\n<0>1 - - - - - - forged";
  for (int c = 0; c < 256; ++c) everything += static_cast<char>(c);
  for (const LogFormat format : {LogFormat::logfmt, LogFormat::json}) {
    const std::string text = message(sender, format, line_with(EventKind::session, everything));
    EXPECT_TRUE(std::ranges::none_of(text, [](unsigned char c) { return c < 0x20 || c == 0x7f; }));
  }
}

TEST(SyslogSenderTest, UnixSocketGetsWhatSyslogWrites) {
  LogOutputConfig output;
  output.to = *parse_log_target("unix:/dev/log");
  EXPECT_EQ(SyslogSender::of(output).syntax, SyslogSyntax::rfc3164);
  EXPECT_EQ(SyslogSender::of(output).host, "");
  output.to = *parse_log_target("udp://127.0.0.1:514");
  EXPECT_EQ(SyslogSender::of(output).syntax, SyslogSyntax::rfc5424);
  output.syntax = SyslogSyntax::rfc3164;
  EXPECT_EQ(SyslogSender::of(output).syntax, SyslogSyntax::rfc3164);
  EXPECT_NE(SyslogSender::of(output).host, "");
}

}  // namespace
}  // namespace duplexd
