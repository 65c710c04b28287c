#include "daemon/control/explain/explain_command.hpp"

#include "tests/unit/daemon/running_server.hpp"

#include <boost/json/parse.hpp>
#include <gmock/gmock.h>

namespace duplexd::test {
namespace {

namespace json = boost::json;
using testing::HasSubstr;

std::string problem_of(std::string_view query) {
  const auto question = explain_question("/v1/explain?" + std::string(query));
  return question ? "" : question.error().what;
}

PeerAddress client_of(std::string_view source) {
  return explain_question("/v1/explain?listener=web&source=" + std::string(source))->client;
}

TEST(ExplainQuestionTest, SourceIsAddressWithOptionalPort) {
  EXPECT_EQ(client_of("192.0.2.1").to_string(), "192.0.2.1:0");
  EXPECT_EQ(client_of("192.0.2.1:50").to_string(), "192.0.2.1:50");
  EXPECT_EQ(client_of("2001:db8::1").to_string(), "[2001:db8::1]:0");
  EXPECT_EQ(client_of("[2001:db8::1]").to_string(), "[2001:db8::1]:0");
  EXPECT_EQ(client_of("[2001:db8::1]:50").to_string(), "[2001:db8::1]:50");
  EXPECT_EQ(client_of("unix").to_string(), "unix:");
}

TEST(ExplainQuestionTest, MistakesNameTheRemedy) {
  EXPECT_THAT(problem_of("listener=web"), HasSubstr("source"));
  EXPECT_THAT(problem_of("listener=web&source=here"), HasSubstr("write 192.0.2.1"));
  EXPECT_THAT(problem_of("listener=web&source=unix:/x"), HasSubstr("or unix"));
  EXPECT_THAT(problem_of("listener=web&source=192.0.2.1&sni=a%20b"), HasSubstr("no host name"));
  EXPECT_THAT(problem_of("listener=web&source=192.0.2.1&port=x"), HasSubstr("1 to 65535"));
  EXPECT_EQ(problem_of("listener=web&source=192.0.2.1&sni="), "");
}

class ExplainCommandTest : public RunningServer {
 protected:
  json::value ask(const std::string& query) {
    json::value answer;
    explain_command(server, reloader)
        .run({.method = {}, .target = "/v1/explain?" + query, .body = {}, .peer = {}},
             [&](const ControlResponse& response) {
               status = response.status;
               answer = json::parse(response.body);
             });
    return answer;
  }

  unsigned status = 0;
};

TEST_F(ExplainCommandTest, AnswerHasDecisionsAndPlaces) {
  reload(with("workers: 2", "access: {deny: [192.0.2.0/24]}"));
  const json::value denied = ask("listener=web&source=192.0.2.1");
  EXPECT_EQ(status, 200u);
  EXPECT_EQ(denied.at("end").at("reason"), "access_denied");
  EXPECT_EQ(denied.at("access").at("network"), "192.0.2.0/24");
  EXPECT_EQ(denied.at("access").at("place"), "test.yaml:6:21");
  const json::value served = ask("listener=web&source=10.0.0.1");
  EXPECT_EQ(served.at("end").at("kind"), "served");
  EXPECT_EQ(served.at("upstream").at("endpoints").at(0).at("verdict"), "chosen");
  EXPECT_EQ(served.at("timeouts").at("timeouts.connect"), "5s");
}

TEST_F(ExplainCommandTest, FailuresHaveTheirStatus) {
  EXPECT_THAT(std::string(ask("listener=wbe&source=10.0.0.1").at("error").as_string()),
              HasSubstr("did you mean"));
  EXPECT_EQ(status, 404u);
  ask("listener=web&source=10.0.0.1&sni=a.example");
  EXPECT_EQ(status, 409u);
  ask("listener=web&source=x");
  EXPECT_EQ(status, 400u);
}

}  // namespace
}  // namespace duplexd::test
