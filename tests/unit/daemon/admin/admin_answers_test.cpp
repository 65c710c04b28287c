#include "daemon/admin/admin_answers.hpp"

#include "tests/support/peer.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <string>

namespace duplexd {
namespace {

class AdminAnswersTest : public testing::Test {
 protected:
  ControlResponse ask(std::string method, std::string target) {
    ControlResponse got;
    answers_.answer({std::move(method), std::move(target), "", {}, {}, "", known_},
                    [&](const ControlResponse& response) { got = response; });
    return got;
  }

  using Respond = ControlServer::Respond;
  static void echo_target(const ControlRequest& request, const Respond& respond) {
    respond({200, request.target});
  }

  std::string_view why_;
  std::string known_;              // If-None-Match
  std::vector<Respond> searches_;  // that have not ended
  std::chrono::milliseconds takes_{0};
  int made_ = 0;
  const AdminAnswers answers_{
      {{"GET", "/v1/status", echo_target},
       {"GET", "/v1/sessions", echo_target},
       {"GET", "/v1/sessions/slow",
        [this](const ControlRequest&, Respond respond) { searches_.push_back(std::move(respond)); }},
       {"GET", "/v1/metrics",
        [this](const ControlRequest& request, const Respond& respond) {
          const auto end = std::chrono::steady_clock::now() + takes_;
          while (std::chrono::steady_clock::now() < end) {
          }
          respond({200, request.target + ' ' + std::to_string(++made_)});
        }},
       {"POST", "/v1/stop", echo_target}},
      [this] { return why_; }};
};

TEST_F(AdminAnswersTest, StatusIsThatOfTheCommand) {
  EXPECT_EQ(ask("GET", "/status").body, "/v1/status");
  EXPECT_EQ(ask("HEAD", "/status?a=b").body, "/v1/status?a=b");
}

TEST_F(AdminAnswersTest, SessionsAreThoseOfTheCommand) {
  EXPECT_EQ(ask("GET", "/sessions?limit=1").body, "/v1/sessions?limit=1");
  EXPECT_EQ(ask("GET", "/sessions/slow/").status, 404u);
}

TEST_F(AdminAnswersTest, FewSearchesGoOnAtOnce) {
  for (std::size_t i = 0; i < AdminAnswers::most_searches; ++i) ask("GET", "/sessions/slow");
  EXPECT_EQ(searches_.size(), AdminAnswers::most_searches);
  EXPECT_EQ(ask("GET", "/sessions/slow").status, 503u);
  EXPECT_EQ(ask("GET", "/sessions").status, 503u);
  EXPECT_EQ(ask("GET", "/status").status, 200u);
  searches_.pop_back();
  EXPECT_EQ(ask("GET", "/sessions").status, 200u);
}

TEST_F(AdminAnswersTest, CrowdSharesLongAnswers) {
  takes_ = std::chrono::milliseconds(120);
  const auto get_the_same = [this](const char* one, const char* other) {
    return test::eventually([&] { return ask("GET", one).body == ask("HEAD", other).body; });
  };
  EXPECT_TRUE(get_the_same("/metrics", "/metrics?"));
  EXPECT_TRUE(get_the_same("/metrics?format=json", "/metrics?format=%6Ason"));
  EXPECT_NE(ask("GET", "/metrics").body, ask("GET", "/metrics?format=json").body);
  EXPECT_NE(ask("GET", "/metrics?x=1").body, ask("GET", "/metrics?x=1").body);
}

TEST_F(AdminAnswersTest, PageIsSentOnce) {
  const ControlResponse page = ask("GET", "/dashboard/?a=b");
  EXPECT_EQ(page.status, 200u);
  EXPECT_EQ(page.content_type, "text/html; charset=utf-8");
  known_ = page.fields.front().value;
  EXPECT_EQ(ask("GET", "/dashboard/").status, 304u);
  EXPECT_EQ(ask("GET", "/").status, 302u);
}

TEST_F(AdminAnswersTest, CommandsThemselvesAreUnknown) {
  for (const char* target : {"/v1/stop", "/v1/status", "/stop", "", "*", "/status/", "/metric"})
    EXPECT_EQ(ask("GET", target).status, 404u) << target;
  EXPECT_EQ(ask("POST", "/v1/stop").status, 404u);
}

TEST_F(AdminAnswersTest, OtherMethodsAreToldWhich) {
  for (const char* target : {"/status", "/healthz", "/readyz", "/sessions", "/", "/dashboard/main.js"})
    for (const char* method : {"POST", "PUT", "DELETE", "OPTIONS", "get"}) {
      EXPECT_EQ(ask(method, target).status, 405u) << method << target;
      EXPECT_EQ(ask(method, target).allow, "GET, HEAD");
    }
}

TEST_F(AdminAnswersTest, ReadinessHasItsReason) {
  EXPECT_EQ(ask("GET", "/readyz").status, 200u);
  why_ = "paused";
  EXPECT_EQ(ask("GET", "/readyz?verbose").status, 503u);
  EXPECT_EQ(ask("GET", "/readyz").body, "paused\n");
  EXPECT_EQ(ask("GET", "/healthz").status, 200u);
}

}  // namespace
}  // namespace duplexd
