#include "daemon/control/status.hpp"

#include "tests/unit/daemon/running_server.hpp"

#include <boost/json/value_to.hpp>
#include <gmock/gmock.h>

#include <unistd.h>

namespace duplexd::test {
namespace {

namespace json = boost::json;
using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

class StatusTest : public RunningServer {
 protected:
  json::value status(ProcessState state = ProcessState::serving) {
    return status_json(server, reloader, state, 12s);
  }
  static std::vector<std::string> texts(const json::value& list) {
    return json::value_to<std::vector<std::string>>(list);
  }
  std::string address() const { return server.addresses().at(0).address.to_string(); }
};

TEST_F(StatusTest, StatusDescribesTheProcess) {
  const json::value now = status();
  EXPECT_EQ(now.at("pid").as_int64(), ::getpid());
  EXPECT_EQ(now.at("uptime_seconds").as_int64(), 12);
  EXPECT_EQ(now.at("state").as_string(), "serving");
  EXPECT_EQ(now.at("generation").as_uint64(), 1u);
  EXPECT_EQ(now.at("config").as_string(), "test.yaml");
  EXPECT_TRUE(now.at("last_reload").is_null());
  EXPECT_EQ(status(ProcessState::paused).at("state").as_string(), "paused");
  EXPECT_EQ(status(ProcessState::stopping).at("state").as_string(), "stopping");
}

TEST_F(StatusTest, StatusListsListenersAndEndpoints) {
  const json::value now = status();
  const json::value& listener = now.at("listeners").at(0);
  EXPECT_EQ(listener.at("name").as_string(), "web");
  EXPECT_THAT(texts(listener.at("addresses")), ElementsAre(address()));
  EXPECT_FALSE(listener.at("removed").as_bool());
  const json::value& endpoint = now.at("upstreams").at(0).at("endpoints").at(0);
  EXPECT_EQ(endpoint.at("name").as_string(), "127.0.0.1:9");
  EXPECT_EQ(endpoint.at("address").as_string(), "127.0.0.1:9");
  EXPECT_EQ(endpoint.at("weight").to_number<int>(), 1);
  EXPECT_EQ(endpoint.at("state").as_string(), "up");
  EXPECT_EQ(endpoint.at("addresses").at(0).at("address").as_string(), "127.0.0.1:9");
  EXPECT_TRUE(endpoint.at("addresses").at(0).at("last_check").is_null());
}

TEST_F(StatusTest, StatusReportsLastReload) {
  reload(with("workers: 3", "backlog: 100"));
  const json::value applied = status();
  EXPECT_EQ(applied.at("generation").as_uint64(), 2u);
  EXPECT_EQ(applied.at("last_reload").at("result").as_string(), "applied");
  EXPECT_THAT(std::string(applied.at("last_reload").at("time").as_string()),
              testing::MatchesRegex("20[0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9:]{8}Z"));
  EXPECT_THAT(texts(applied.at("pending_restart")), ElementsAre("workers"));
  EXPECT_EQ(applied.at("workers").to_number<int>(), 2);
  reload("nonsense: 1");
  const json::value refused = status();
  EXPECT_EQ(refused.at("last_reload").at("result").as_string(), "refused");
  EXPECT_FALSE(texts(refused.at("last_reload").at("problems")).empty());
  EXPECT_EQ(refused.at("generation").as_uint64(), 2u);
}

TEST_F(StatusTest, StatusOmitsRemovedListenerWithoutSessions) {
  std::string other = text;
  other.replace(other.find("web"), 3, "new");
  reload(other);
  const json::value now = status();
  ASSERT_EQ(now.at("listeners").as_array().size(), 1u);
  EXPECT_EQ(now.at("listeners").at(0).at("name").as_string(), "new");
}

TEST_F(StatusTest, PlanAndReloadListChanges) {
  text = with("workers: 3", "backlog: 100", "on_removed: close");
  const json::value plan = plan_json(reloader.plan(), server.totals());
  EXPECT_EQ(plan.at("result").as_string(), "changes");
  ASSERT_EQ(plan.at("changes").as_array().size(), 3u);
  const json::value& change = plan.at("changes").at(0);
  EXPECT_EQ(change.at("path").as_string(), "listeners.web.backlog");
  EXPECT_EQ(change.at("before").as_string(), "4096");
  EXPECT_EQ(change.at("after").as_string(), "100");
  EXPECT_EQ(change.at("class").as_string(), "live");
  EXPECT_EQ(change.at("live_sessions").to_number<int>(), 0);
  const json::value answer = reload_json(reload(text), reloader, server.totals());
  EXPECT_EQ(answer.at("result").as_string(), "applied");
  EXPECT_EQ(answer.at("changes"), plan.at("changes"));
  EXPECT_THAT(texts(answer.at("pending_restart")), ElementsAre("workers"));
}

TEST_F(StatusTest, PlanTellsOfHiddenPassword) {
  text = with("workers: 2", "", "check: {type: redis, interval: 1h, password: first}");
  reload(text);
  EXPECT_EQ(plan_json(reloader.plan(), server.totals()).at("result").as_string(), "unchanged");
  text = with("workers: 2", "", "check: {type: redis, interval: 1h, password: second}");
  const json::value plan = plan_json(reloader.plan(), server.totals());
  EXPECT_EQ(plan.at("result").as_string(), "changes");
  EXPECT_THAT(texts(plan.at("beside")), ElementsAre("a password is another one"));
}

TEST_F(StatusTest, RefusalListsOnlyProblems) {
  text = "nonsense: 1";
  const ReloadOutcome refused = reloader.plan();
  EXPECT_EQ(plan_json(refused, server.totals()), reload_json(refused, reloader, server.totals()));
  const json::object answer = plan_json(refused, server.totals()).as_object();
  EXPECT_EQ(answer.at("result").as_string(), "refused");
  EXPECT_EQ(answer.size(), 2u);
  EXPECT_THAT(texts(answer.at("problems")), testing::ElementsAreArray(refused.problems));
}

}  // namespace
}  // namespace duplexd::test
