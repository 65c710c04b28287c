#include "core/config/log/session_fields.hpp"
#include "tests/unit/config/config_text.hpp"

#include <gtest/gtest.h>

namespace duplexd {
namespace {

LogConfig log_of(std::string_view text) {
  return parse(with("", "", "log: " + std::string(text))).config->log;
}

TEST(LogKeysTest, OutputIsOnePlaceOrList) {
  const auto one = log_of("{output: /var/log/duplexd.log}").outputs;
  ASSERT_EQ(one.size(), 1u);
  EXPECT_EQ(one[0].to.kind, LogTarget::Kind::file);
  EXPECT_EQ(one[0].to.path, "/var/log/duplexd.log");
  const auto all = log_of(
                       "{output: [stderr, 'unix:/dev/log', 'udp://[::1]:514', {to: 'tcp://10.0.0.2:601', "
                       "facility: local7, tag: edge, syntax: rfc3164}]}")
                       .outputs;
  ASSERT_EQ(all.size(), 4u);
  EXPECT_EQ(all[0].to.kind, LogTarget::Kind::standard_error);
  EXPECT_EQ(all[1].to.kind, LogTarget::Kind::datagrams);
  EXPECT_EQ(all[2].to.kind, LogTarget::Kind::udp);
  EXPECT_EQ(all[3].to.kind, LogTarget::Kind::tcp);
  EXPECT_EQ(all[3].facility, 23u);
  EXPECT_EQ(all[3].tag, "edge");
  EXPECT_EQ(all[3].syntax, SyslogSyntax::rfc3164);
}

TEST(LogKeysTest, TargetsAreReadAsWritten) {
  for (const std::string_view text :
       {"stderr", "/var/log/x.log", "unix:/dev/log", "unix:@log", "udp://10.0.0.2:514", "tcp://[::1]:601"})
    EXPECT_EQ(to_text(*parse_log_target(text)), text);
  for (const std::string_view text :
       {"", "stdout", "x.log", "/var/log/", "udp://", "udp://host:514", "udp://1.2.3.4", "tcp://10.0.0.2:0",
        "udp://unix:/dev/log", "unix:", "10.0.0.2:514"})
    EXPECT_FALSE(parse_log_target(text)) << text;
}

TEST(LogKeysTest, OnlySyslogHasItsKeys) {
  EXPECT_NE(problem(with("", "", "log: {output: {to: /var/log/x.log, facility: user}}"))
                .find("only an item of type syslog has it"),
            std::string::npos);
}

TEST(LogKeysTest, UnknownFieldGetsAHint) {
  const std::string found = problem(with("", "", "log: {fields: [listener, cleint]}"));
  EXPECT_NE(found.find("did you mean 'client'"), std::string::npos) << found;
  EXPECT_EQ(log_of("{fields: [listener, client]}").fields, (std::vector<std::string>{"listener", "client"}));
}

TEST(LogKeysTest, EveryFieldCanBeChosen) {
  std::string all;
  for (const std::string_view field : session_fields) all.append(all.empty() ? "" : ", ").append(field);
  EXPECT_EQ(log_of("{fields: [" + all + "]}").fields.size(), session_fields.size());
}

}  // namespace
}  // namespace duplexd
