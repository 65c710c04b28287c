#include "daemon/duplexctl/answer.hpp"

#include "daemon/process.hpp"

#include <gmock/gmock.h>

#include <sysexits.h>

namespace duplexd::duplexctl {
namespace {

using testing::HasSubstr;

constexpr const char* status = R"({"version":"0.1.0","pid":1234,"uptime_seconds":266645,"state":"serving",
  "generation":3,"config":"/etc/duplexd/duplexd.yaml",
  "last_reload":{"time":"2026-11-22T12:00:00Z","result":"applied","problems":[]},
  "pending_restart":["workers","log.format"],"workers":2,"sessions":{"live":5,"limit":9000},
  "listeners":[{"name":"web","addresses":["127.0.0.1:8080","[::1]:8080"],"live":5,"accepted":10,
    "upstream_bytes":512,"downstream_bytes":5368709120,"removed":false},
   {"name":"old","addresses":[],"live":0,"accepted":1,"upstream_bytes":0,"downstream_bytes":0,"removed":true}],
  "upstreams":[{"name":"web","connected":10,"waiting":3,"endpoints":[
    {"name":"app1.internal:80","address":"10.0.0.1:80","state":"up","weight":1,"live":5,"removed":false},
    {"name":"app2.internal:80","address":"10.0.0.2:80","weight":10,"live":0,"removed":true}]},
   {"name":"empty","connected":0,"endpoints":[]}]})";

std::string change(const char* name, const char* before, const char* after, const char* reach, int sessions) {
  return std::string(R"({"path":")") + name + R"(","before":)" + before + R"(,"after":)" + after +
         R"(,"class":")" + reach + R"(","live_sessions":)" + std::to_string(sessions) + "}";
}

const std::string changes = "[" + change("workers", R"("2")", R"("4")", "restart", 7) + "," +
                            change("listeners.web.timeouts.idle", R"("1h")", R"("2h")", "new_sessions", 12) +
                            "," +
                            change("listeners.web.limits.per_source", "null", R"("10")", "new_sessions", 1) +
                            "," + change("listeners.web.bind", R"(":80")", R"(":81")", "rebind", 1) + "," +
                            change("log.level", R"("info")", R"("debug")", "live", 3) + "," +
                            change("listeners.web.access", R"("all")", "null", "live", 0) + "]";

const std::string changes_in_columns =
    "at once            log.level                        info -> debug  (3 live sessions too)\n"
    "at once            listeners.web.access             all -> (none)\n"
    "new sessions only  listeners.web.timeouts.idle      1h -> 2h       (12 live sessions keep 1h)\n"
    "new sessions only  listeners.web.limits.per_source  (none) -> 10   (1 live session goes on)\n"
    "listening sockets  listeners.web.bind               :80 -> :81     (1 live session goes on)\n"
    "next restart       workers                          2 -> 4\n";

Outcome said(std::string_view command, unsigned code, const std::string& body) {
  return understand(*find_command(command), {.status = code, .body = body}, false);
}

TEST(AnswerTest, StatusShowsCertificates) {
  const std::string listener = R"({"name":"web","addresses":[],"live":0,"accepted":0,"upstream_bytes":0,
    "downstream_bytes":0,"removed":false,"certificates":[{"file":"/etc/a.pem","names":["a.example","b.example"],
    "expires":"2027-01-02T03:04:05Z","days_left":36},{"file":"/etc/b.pem","names":[],
    "expires":"2026-01-02T03:04:05Z","days_left":-3}]})";
  std::string body = status;
  const std::size_t start = body.find("\"listeners\":[") + 13;
  body.insert(start, listener + ",");
  EXPECT_THAT(said("status", 200, body).out,
              HasSubstr("\nLISTENER  CERTIFICATE  NAME       EXPIRES               DAYS LEFT\n"
                        "web       /etc/a.pem   a.example  2027-01-02T03:04:05Z         36\n"
                        "web       /etc/b.pem   -          2026-01-02T03:04:05Z         -3\n"));
}

TEST(AnswerTest, PlanShowsWhatIsNoValue) {
  EXPECT_EQ(said("plan", 200, R"({"result":"changes","changes":[],"beside":["files have changed"]})").out,
            "files have changed\n");
}

TEST(AnswerTest, StatusIsATable) {
  const Outcome outcome = said("status", 200, status);
  EXPECT_EQ(outcome.exit_code, EX_OK);
  EXPECT_EQ(outcome.out,
            "duplexd 0.1.0, serving\n"
            "pid            1234\n"
            "uptime         3d2h4m5s\n"
            "configuration  /etc/duplexd/duplexd.yaml (generation 3)\n"
            "last reload    applied, 2026-11-22T12:00:00Z\n"
            "next restart   workers, log.format\n"
            "workers        2\n"
            "sessions       5 of 9000\n"
            "\n"
            "LISTENER       ADDRESS         LIVE  ACCEPTED  UPSTREAM  DOWNSTREAM\n"
            "web            127.0.0.1:8080     5        10     512 B     5.0 GiB\n"
            "               [::1]:8080\n"
            "old (removed)  -                  0         1       0 B         0 B\n"
            "\n"
            "UPSTREAM  CONNECTED  WAITING  ENDPOINT                    ADDRESS      STATE  WEIGHT  LIVE\n"
            "web              10        3  app1.internal:80            10.0.0.1:80  up          1     5\n"
            "                              app2.internal:80 (removed)  10.0.0.2:80             10     0\n"
            "empty             0           (no endpoint)\n");
}

TEST(AnswerTest, TriedLimitsHaveTheirOwnTable) {
  const std::string text =
      said("status", 200,
           R"({"version":"1","pid":1,"uptime_seconds":1,"state":"serving","generation":1,)"
           R"("config":"x","last_reload":null,"pending_restart":[],"workers":1,)"
           R"("sessions":{"live":0,"limit":9},"upstreams":[],"listeners":[)"
           R"({"name":"web","addresses":[],"live":0,"accepted":0,"upstream_bytes":0,)"
           R"("downstream_bytes":0,"removed":false,"dry_run":{"rate":7,"sessions":0}}]})")
          .out;
  EXPECT_THAT(text, HasSubstr("DRY RUN OF  LIMIT (NOT ENFORCED)  BEYOND\n"
                              "web         rate                       7\n"
                              "web         sessions                   0\n"));
}

TEST(AnswerTest, PlanHasOneLinePerChange) {
  const Outcome outcome = said("plan", 200, R"({"result":"changes","changes":)" + changes + "}");
  EXPECT_EQ(outcome.exit_code, EX_OK);
  EXPECT_EQ(outcome.out, changes_in_columns);
  EXPECT_EQ(said("plan", 200, R"({"result":"unchanged","changes":[]})").out,
            "a reload would change nothing\n");
}

TEST(AnswerTest, ReloadSeparatesAppliedFromPendingChanges) {
  EXPECT_EQ(said("reload", 200,
                 R"({"result":"applied","generation":4,"changes":)" + changes +
                     R"(,"pending_restart":["workers"]})")
                .out,
            "applied, generation 4\n" + changes_in_columns + "pending until the next restart: workers\n");
  EXPECT_EQ(
      said("reload", 200, R"({"result":"unchanged","generation":4,"changes":[],"pending_restart":[]})").out,
      "unchanged, generation 4\n");
}

TEST(AnswerTest, KeptWeightsFollowTheChanges) {
  const std::string kept =
      R"("kept_weights":[{"upstream":"db","endpoint":"x:1","weight":0,"configured_weight":5}])";
  const std::string sentence =
      "x:1 of upstream db keeps the operator's weight 0, the file says 5; to go by the file: "
      "duplexctl endpoint weight db x:1\n";
  EXPECT_EQ(said("plan", 200, R"({"result":"unchanged","changes":[],)" + kept + "}").out,
            "a reload would change nothing\n" + sentence);
  EXPECT_EQ(said("reload", 200,
                 R"({"result":"unchanged","generation":4,"changes":[],"pending_restart":[],)" + kept + "}")
                .out,
            "unchanged, generation 4\n" + sentence);
}

TEST(AnswerTest, RefusalPrintsProblemsWordForWord) {
  const Outcome outcome = said(
      "reload", 422,
      R"({"result":"refused","problems":["a.yaml:1:2: error: no\n  key: x\n  ^","a.yaml: error: two\n"]})");
  EXPECT_EQ(outcome.exit_code, EX_CONFIG);
  EXPECT_EQ(outcome.out, "");
  EXPECT_EQ(outcome.err, "a.yaml:1:2: error: no\n  key: x\n  ^\na.yaml: error: two\n");
}

TEST(AnswerTest, StateIsPrintedAsASentence) {
  EXPECT_THAT(said("pause", 200, R"({"state":"paused"})").out, HasSubstr("new clients are refused"));
  EXPECT_THAT(said("resume", 200, R"({"state":"serving"})").out, HasSubstr("clients are accepted"));
  EXPECT_THAT(said("stop", 202, R"({"state":"stopping"})").out, HasSubstr("the process ends"));
}

TEST(AnswerTest, UpgradePlanGroupsSessionsByReason) {
  EXPECT_EQ(said("plan --upgrade", 200,
                 R"({"upgrade":{"moves":12,"stays":[]},"restart":{"moves":9,"stays":[)"
                 R"({"reason":"parking_full","words":"there are too many","sessions":2},)"
                 R"({"reason":"of_a_later_release","words":"it cannot","sessions":1}]}})")
                .out,
            "upgrade: 12 sessions move, none stays\n"
            "restart: 9 sessions move\n"
            "  2 stay: there are too many\n"
            "  1 stay: it cannot\n");
}

TEST(AnswerTest, UpgradeTellsWhereSessionsAre) {
  EXPECT_EQ(said("upgrade", 200, R"({"result":"upgraded","sessions":12,"stayed":0})").out,
            "upgraded: 12 sessions go on in the new process\n");
  EXPECT_EQ(said("upgrade", 200, R"({"result":"upgraded","sessions":12,"stayed":3})").out,
            "upgraded: 12 sessions go on in the new process, 3 end in the old one\n");
  const Outcome refused = said("upgrade", 422, R"({"result":"refused","problems":["it was too slow"]})");
  EXPECT_EQ(refused.exit_code, EX_CONFIG);
  EXPECT_EQ(refused.err, "it was too slow\n");
}

TEST(AnswerTest, ErrorPrintsTheDaemonsSentence) {
  const Outcome busy = said("reload", 503, R"({"error":"another reload is going on"})");
  EXPECT_EQ(busy.exit_code, EX_TEMPFAIL);
  EXPECT_EQ(busy.err, "duplexctl: error: duplexd says: another reload is going on (503)\n");
  EXPECT_EQ(said("plan", 500, R"({"error":"something else"})").exit_code, EX_SOFTWARE);
  EXPECT_EQ(said("endpoint drain", 404, R"({"error":"no such"})").exit_code, EX_NOINPUT);
  EXPECT_EQ(said("endpoint check", 409, R"({"error":"no check"})").exit_code, EX_NOINPUT);
  EXPECT_EQ(said("endpoint weight", 400, R"({"error":"no number"})").exit_code, EX_USAGE);
}

TEST(AnswerTest, JsonIsPrintedUnchanged) {
  const std::string body = R"({"result":"refused","problems":["x"]})";
  const Outcome outcome = understand(*find_command("reload"), {.status = 422, .body = body}, true);
  EXPECT_EQ(outcome.exit_code, EX_CONFIG);
  EXPECT_EQ(outcome.out, body + "\n");
  EXPECT_EQ(outcome.err, "");
}

class OddAnswerTest : public testing::TestWithParam<const char*> {};

TEST_P(OddAnswerTest, OddAnswerIsNotUnderstood) {
  for (const char* command : {"status", "plan", "plan --upgrade", "reload", "upgrade", "pause",
                              "endpoint list", "endpoint drain"}) {
    for (const unsigned code : {200u, 422u, 503u}) {
      try {
        said(command, code, GetParam());
        ADD_FAILURE() << command << ' ' << code << " took " << GetParam();
      } catch (const Failure& failure) {
        EXPECT_EQ(failure.exit_code, EX_SOFTWARE);
        EXPECT_THAT(failure.what(), HasSubstr("not understood"));
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(All, OddAnswerTest,
                         testing::Values("", "nonsense", "{", "[]", "null", R"({"result":"applied"})",
                                         R"({"changes":[{"path":1}],"error":1,"problems":0,"state":"odd"})"));

TEST(AnswerTest, AnswersCannotControlTheTerminal) {
  try {
    said("status", 200, "\x1b[2J");
    ADD_FAILURE() << "it took a control character for JSON";
  } catch (const Failure& failure) {
    EXPECT_THAT(failure.what(), testing::Not(HasSubstr("\x1b")));
  }
  EXPECT_THAT(said("stop", 503, R"({"error":"\u001b[2J"})").err, testing::Not(HasSubstr("\x1b")));
}

}  // namespace
}  // namespace duplexd::duplexctl
