#include "daemon/admin/admin_answers.hpp"

#include <gtest/gtest.h>

namespace duplexd {
namespace {

class AdminAnswersTest : public testing::Test {
 protected:
  ControlResponse ask(std::string method, std::string target) {
    ControlResponse got;
    const AdminAnswers answers({{"GET", "/v1/status",
                                 [](const ControlRequest& request, const ControlServer::Respond& respond) {
                                   respond({200, request.target});
                                 }},
                                {"POST", "/v1/stop",
                                 [](const ControlRequest&, const ControlServer::Respond& respond) {
                                   respond({202, ""});
                                 }}},
                               [this] { return why_; });
    answers.answer({std::move(method), std::move(target), "", {}, {}, ""},
                   [&](const ControlResponse& response) { got = response; });
    return got;
  }

  std::string_view why_;
};

TEST_F(AdminAnswersTest, StatusIsThatOfTheCommand) {
  EXPECT_EQ(ask("GET", "/status").body, "/v1/status");
  EXPECT_EQ(ask("HEAD", "/status?a=b").body, "/v1/status?a=b");
}

TEST_F(AdminAnswersTest, CommandsThemselvesAreUnknown) {
  for (const char* target : {"/v1/stop", "/v1/status", "/stop", "/", "", "*", "/status/", "/metrics"})
    EXPECT_EQ(ask("GET", target).status, 404u) << target;
  EXPECT_EQ(ask("POST", "/v1/stop").status, 404u);
}

TEST_F(AdminAnswersTest, OtherMethodsAreToldWhich) {
  for (const char* target : {"/status", "/healthz", "/readyz"})
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
