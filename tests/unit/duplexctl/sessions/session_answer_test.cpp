#include "daemon/duplexctl/answer.hpp"
#include "daemon/duplexctl/sessions/list_sessions.hpp"

#include <gmock/gmock.h>

#include <string>

namespace duplexd::duplexctl {
namespace {

using testing::HasSubstr;

std::string said_of_sessions(std::string_view command, const std::string& body) {
  return understand(*find_command(command), {.status = 200, .body = body}, false).out;
}

const std::string session =
    R"("id":"0001000000000002","listener":"web","endpoint":"10.0.0.1:80","client":"192.0.2.7:1234",
       "state":"relaying","age_ms":3723999,"idle_ms":999,
       "upstream_chain":{"bytes":2048,"waits_for":"readable_client","stalled_ms":0},
       "downstream_chain":{"bytes":3,"waits_for":"writable_client","stalled_ms":1250})";

TEST(SessionAnswerTest, RowsFitTheirHeader) {
  const std::string row = said_of_sessions("sessions", R"({"sessions":[{)" + session + R"(}],"next":null})");
  EXPECT_EQ(row,
            "0001000000000002  relaying       1h2m3s       0s  web           192.0.2.7:1234         "
            "10.0.0.1:80               2.0 KiB         3 B      1.2 s  readable_client, writable_client\n");
  EXPECT_EQ(sessions_header().find("WAITS FOR"), row.find("readable_client"));
}

TEST(SessionAnswerTest, SocketsFollowTheRow) {
  const std::string tcp = R"({"rtt_ms":1.5,"retransmissions":3,"not_sent":2048})";
  const std::string body =
      R"({"sessions":[{)" + session + R"(,"client_tcp":)" + tcp + R"(,"endpoint_tcp":null}],"next":null})";
  EXPECT_THAT(said_of_sessions("sessions", body),
              HasSubstr("client: rtt 1.5 ms, 3 resent, 2.0 KiB to send;\n"));
}

TEST(SessionAnswerTest, SlowSessionsHaveEvidence) {
  const std::string body =
      R"({"judged":9,"slow":[{)" + session +
      R"(,"verdict":{"who":"client","held_up_ms":2500,"evidence":"it does not read"}}]})";
  EXPECT_EQ(said_of_sessions("who-is-slow", body),
            "client, for 2.5 s: session 0001000000000002 of web, 192.0.2.7:1234 to 10.0.0.1:80\n"
            "    it does not read\n");
  EXPECT_EQ(said_of_sessions("who-is-slow", R"({"judged":9,"slow":[]})"), "nobody is slow, of 9 sessions\n");
}

TEST(SessionAnswerTest, KillsAreCounted) {
  EXPECT_EQ(said_of_sessions("kill", R"({"matched":3,"ended":3,"dry_run":false})"),
            "3 sessions were meant, and 3 were ended\n");
  EXPECT_EQ(said_of_sessions("kill", R"({"matched":3,"ended":0,"dry_run":true})"),
            "3 sessions are meant; none was ended\n");
}

}  // namespace
}  // namespace duplexd::duplexctl
