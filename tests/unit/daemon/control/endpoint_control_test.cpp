#include "daemon/control/endpoint_control.hpp"

#include "daemon/control/status.hpp"
#include "tests/support/directory.hpp"
#include "tests/unit/daemon/running_server.hpp"

#include <boost/json/parse.hpp>
#include <gmock/gmock.h>

#include <algorithm>
#include <fstream>
#include <iterator>

namespace duplexd::test {
namespace {

namespace json = boost::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class EndpointControlTest : public RunningServer {
 protected:
  struct Answer {
    unsigned status = 0;
    json::value body;
    std::string_view error() const { return body.at("error").as_string(); }
  };

  Answer ask(std::string_view command, const std::string& query) {
    const std::string target = "/v1/endpoints" + std::string(command) + "?" + query;
    auto commands = endpoints.commands();
    std::ranges::copy(endpoints.orders(), std::back_inserter(commands));
    const auto found =
        std::ranges::find(commands, target.substr(0, target.find('?')), &ControlCommand::target);
    Answer answer;
    found->run({.method = {}, .target = target, .body = {}, .peer = {}},
               [&](const ControlResponse& response) {
                 answer = {response.status, json::parse(response.body)};
               });
    return answer;
  }
  Answer about(std::string_view command, const std::string& more = "") {
    return ask(command, "upstream=pool&endpoint=127.0.0.1:9" + more);
  }

  const TemporaryDirectory directory;
  const std::string path = directory.path("state.json");
  std::vector<std::string> problems;
  EndpointControl endpoints{server, catalogs, path,
                            [this](std::string_view problem) { problems.emplace_back(problem); }};
};

TEST_F(EndpointControlTest, AnswersShowWhatHolds) {
  const Answer drained = about("/drain");
  EXPECT_EQ(drained.status, 200u);
  EXPECT_EQ(drained.body.at("state").as_string(), "drained");
  EXPECT_EQ(drained.body.at("word").as_string(), "drain");
  EXPECT_TRUE(drained.body.at("kept").as_bool());
  EXPECT_EQ(about("/disable").body.at("state").as_string(), "disabled");
  EXPECT_EQ(about("/weight", "&weight=1000").body.at("weight").to_number<int>(), 1000);
  EXPECT_EQ(about("/enable").body.at("state").as_string(), "up");
  EXPECT_EQ(ask("", "").body.at("endpoints").at(0).at("weight").to_number<int>(), 1000);
  EXPECT_EQ(about("/weight").body.at("weight").to_number<int>(), 1);
  EXPECT_TRUE(server.orders().all().empty());
}

TEST_F(EndpointControlTest, EveryOrderIsInTheFile) {
  about("/drain");
  about("/weight", "&weight=0");
  EXPECT_THAT(StateFile(path).read().state.orders,
              ElementsAre(testing::Pair(Orders::Name("pool", "127.0.0.1:9"), Order{OperatorWord::drain, 0})));
  about("/enable");
  about("/weight");
  EXPECT_THAT(StateFile(path).read().state.orders, IsEmpty());
  EXPECT_THAT(problems, IsEmpty());
}

TEST_F(EndpointControlTest, OrderIsObeyedThoughUnwritten) {
  EndpointControl elsewhere(server, catalogs, "/nonexistent/x",
                            [this](auto problem) { problems.emplace_back(problem); });
  const auto orders = elsewhere.orders();
  const auto drain = std::ranges::find(orders, "/v1/endpoints/drain", &ControlCommand::target);
  json::value answer;
  drain->run({.method = {}, .target = "?upstream=pool&endpoint=127.0.0.1:9", .body = {}, .peer = {}},
             [&](const ControlResponse& response) { answer = json::parse(response.body); });
  EXPECT_EQ(answer.at("state").as_string(), "drained");
  EXPECT_FALSE(answer.at("kept").as_bool());
  EXPECT_THAT(std::string(answer.at("problem").as_string()), HasSubstr("No such file"));
  EXPECT_THAT(problems, ElementsAre(HasSubstr("No such file")));
}

TEST_F(EndpointControlTest, WrongNamesListRightOnes) {
  const Answer upstream = ask("/drain", "upstream=poool&endpoint=x");
  EXPECT_EQ(upstream.status, 404u);
  EXPECT_EQ(upstream.error(), "there is no upstream 'poool'; did you mean 'pool'?; there are: pool");
  const Answer endpoint = ask("/drain", "upstream=pool&endpoint=%22%0a");
  EXPECT_EQ(endpoint.status, 404u);
  EXPECT_THAT(std::string(endpoint.error()), HasSubstr("there are: 127.0.0.1:9"));
  EXPECT_EQ(ask("", "upstream=x").status, 404u);
}

TEST_F(EndpointControlTest, MistakesChangeNothing) {
  EXPECT_EQ(ask("/drain", "upstream=pool").error(), "the parameter endpoint is missing");
  EXPECT_EQ(about("/drain", "&weight=1").error(), "there is no parameter 'weight': upstream, endpoint");
  for (const char* weight : {"1001", "-1", "", "x", "1.0", "%31%20"})
    EXPECT_EQ(about("/weight", "&weight=" + std::string(weight)).status, 400u) << weight;
  EXPECT_EQ(about("/check").error(), "upstream pool has no check");
  EXPECT_TRUE(server.orders().all().empty());
}

TEST_F(EndpointControlTest, KeptOrdersAreRestored) {
  about("/disable");
  server.obey({"pool", "127.0.0.1:9"}, {});
  endpoints.restore();
  EXPECT_EQ(server.report("pool")->endpoints[0].addresses[0].standing, Standing::disabled);
  std::ofstream(path) << "nonsense";
  endpoints.restore();
  EXPECT_THAT(problems, ElementsAre(HasSubstr("is not as duplexd writes it")));
}

TEST_F(EndpointControlTest, ReloadTellsOfKeptWeights) {
  about("/weight", "&weight=5");
  ASSERT_EQ(reloader.plan().kept_weights.size(), 1u);
  EXPECT_EQ(reloader.plan().kept_weights[0].weight, 5u);
  EXPECT_EQ(reloader.plan().kept_weights[0].in_file, 1u);
  const ReloadOutcome outcome = reload(with("workers: 2", "backlog: 100"));
  const json::value answer = reload_json(outcome, reloader, server.totals());
  EXPECT_EQ(answer.at("kept_weights").at(0).at("endpoint").as_string(), "127.0.0.1:9");
  EXPECT_EQ(server.report("pool")->endpoints[0].weight, 5u);
  about("/weight");
  EXPECT_THAT(reload(text).kept_weights, IsEmpty());
}

}  // namespace
}  // namespace duplexd::test
