#include "daemon/reloader.hpp"

#include "tests/support/peer.hpp"
#include "tests/unit/daemon/running_server.hpp"

#include <gmock/gmock.h>

#include <new>

namespace duplexd::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::StartsWith;
using Result = ReloadOutcome::Result;

class ReloaderTest : public RunningServer {};

TEST_F(ReloaderTest, ChangesAreAppliedAndCounted) {
  EXPECT_EQ(reloader.last(), nullptr);
  const ReloadOutcome outcome = reload(with("workers: 2", "backlog: 100"));
  EXPECT_EQ(outcome.result, Result::applied);
  ASSERT_EQ(outcome.changes.size(), 1u);
  EXPECT_EQ(outcome.changes[0].path, "listeners.web.backlog");
  EXPECT_EQ(reloader.generation(), 2u);
  EXPECT_EQ(reloader.running().listeners[0].backlog, 100);
  EXPECT_EQ(reload(with("workers: 2")).result, Result::applied) << "compared with what is in force now";
  EXPECT_EQ(reloader.generation(), 3u);
}

TEST_F(ReloaderTest, UnchangedFileChangesNothing) {
  const ReloadOutcome outcome = reload(text + "# a remark\n");
  EXPECT_EQ(outcome.result, Result::unchanged);
  EXPECT_THAT(outcome.changes, IsEmpty());
  EXPECT_EQ(reloader.generation(), 1u);
  EXPECT_EQ(reloader.last()->result, Result::unchanged);
}

TEST_F(ReloaderTest, HiddenPasswordAloneIsApplied) {
  const auto with_password = [](const std::string& password) {
    return with("workers: 2", "", "check: {type: redis, interval: 1h, password: " + password + "}");
  };
  EXPECT_EQ(reload(with_password("first")).result, Result::applied);
  const ReloadOutcome outcome = reload(with_password("second"));
  EXPECT_EQ(outcome.result, Result::applied);
  EXPECT_THAT(outcome.changes, IsEmpty());
  EXPECT_EQ(reloader.running().upstreams[0].check.password, "second");
  EXPECT_EQ(reload(with_password("second")).result, Result::unchanged);
}

TEST_F(ReloaderTest, HiddenPasswordOfProxyIsApplied) {
  const auto with_password = [](const std::string& password) {
    return with("workers: 2", "", "via: socks5://alice:" + password + "@127.0.0.1:1");
  };
  EXPECT_EQ(reload(with_password("first")).result, Result::applied);
  EXPECT_EQ(reload(with_password("second")).result, Result::applied);
  EXPECT_EQ(reload(with_password("second")).result, Result::unchanged);
}

TEST_F(ReloaderTest, NextFileFollowsRefusedOne) {
  const ReloadOutcome outcome = reload(with("workers: none", "backlog: many"));
  EXPECT_EQ(outcome.result, Result::refused);
  EXPECT_THAT(outcome.problems,
              ElementsAre(StartsWith("test.yaml:1:10: error: "), StartsWith("test.yaml:6:14: error: ")));
  EXPECT_EQ(reloader.running().listeners[0].backlog, loaded.config->listeners[0].backlog);
  EXPECT_EQ(reload(with("workers: 2", "backlog: 100")).result, Result::applied);
  EXPECT_EQ(reloader.generation(), 2u);
}

TEST_F(ReloaderTest, AddressInUseNamesItsPlace) {
  const Backend taken;
  const std::string address = "['127.0.0.1:0', '" + taken.address().to_string() + "']";
  const ReloadOutcome outcome = reload(with("workers: 2", "backlog: 100", "", address));
  EXPECT_EQ(outcome.result, Result::refused);
  EXPECT_THAT(outcome.changes, IsEmpty()) << "nothing was changed";
  ASSERT_EQ(outcome.problems.size(), 1u);
  EXPECT_THAT(outcome.problems[0], StartsWith("test.yaml:4:"));
  EXPECT_NE(outcome.problems[0].find(taken.address().to_string()), std::string::npos) << outcome.problems[0];
  EXPECT_EQ(reload(with("workers: 2")).result, Result::unchanged);
}

TEST_F(ReloaderTest, PendingRestartLastsUntilRevoked) {
  EXPECT_EQ(reload(with("workers: 3")).result, Result::unchanged);
  EXPECT_THAT(reloader.pending_restart(), ElementsAre("workers"));
  EXPECT_EQ(reload(with("workers: 3", "backlog: 100")).result, Result::applied);
  EXPECT_THAT(reloader.pending_restart(), ElementsAre("workers")) << "still not in force";
  ASSERT_EQ(reloader.plan().changes.size(), 1u);
  EXPECT_EQ(reloader.plan().changes[0].before, "2");
  EXPECT_EQ(reload(with("workers: nonsense")).result, Result::refused);
  EXPECT_THAT(reloader.pending_restart(), ElementsAre("workers")) << "a refused file takes nothing back";
  EXPECT_EQ(reload(with("workers: 2", "backlog: 100")).result, Result::unchanged);
  EXPECT_THAT(reloader.pending_restart(), IsEmpty());
}

TEST_F(ReloaderTest, PlanChangesNothing) {
  text = with("workers: 2", "backlog: 100");
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(reloader.plan().result, Result::applied);
    EXPECT_EQ(reloader.plan().changes.size(), 1u);
  }
  EXPECT_EQ(reloader.last(), nullptr);
  EXPECT_EQ(reloader.generation(), 1u);
  EXPECT_THAT(heard, IsEmpty());
}

TEST_F(ReloaderTest, RequestsDuringReloadShareTheNext) {
  std::vector<int> done;
  const auto number = [&](int which) { return [&, which](const ReloadOutcome&) { done.push_back(which); }; };
  text = with("workers: 2", "backlog: 100");
  reloader.request(number(1));
  text = with("workers: 2", "backlog: 200");
  reloader.request(number(2));
  reloader.request(number(3));
  EXPECT_THAT(heard, ElementsAre("begin"));
  ASSERT_TRUE(run_until([&] { return done.size() == 3; }));
  EXPECT_THAT(done, ElementsAre(1, 2, 3));
  EXPECT_THAT(heard, ElementsAre("begin", "applied", "begin", "applied"));
  EXPECT_EQ(reloader.running().listeners[0].backlog, 200);
}

TEST_F(ReloaderTest, ShortMemoryHoldsUpNoReload) {
  text = with("workers: 2", "backlog: 100");
  reloader.request([](const ReloadOutcome&) { throw std::bad_alloc(); });
  ASSERT_TRUE(run_until([&] { return reloader.last() != nullptr; }));
  EXPECT_EQ(reload(with("workers: 2", "backlog: 200")).result, Result::applied);
  EXPECT_EQ(reloader.running().listeners[0].backlog, 200);
}

TEST_F(ReloaderTest, RequesterHearsAfterTheObservers) {
  std::vector<std::string> when_done;
  text = with("workers: 2", "backlog: 100");
  reloader.request([&](const ReloadOutcome&) { when_done = heard; });
  ASSERT_TRUE(run_until([&] { return !when_done.empty(); }));
  EXPECT_THAT(when_done, ElementsAre("begin", "applied"));
}

TEST_F(ReloaderTest, ReloadIsRefusedWhileStopping) {
  bool stopped = false;
  server.drain([&] { stopped = true; });
  EXPECT_EQ(reload(with("workers: 2", "backlog: 100")).result, Result::refused);
  EXPECT_TRUE(run_until([&] { return stopped; }));
}

TEST_F(ReloaderTest, ReloadWithoutFileIsRefused) {
  Reloader adhoc(server, {"command line", {}}, loaded, {[] {}, [](const ReloadOutcome&, const Config&) {}});
  std::vector<std::string> problems;
  adhoc.request([&](const ReloadOutcome& outcome) { problems = outcome.problems; });
  EXPECT_THAT(problems, ElementsAre(StartsWith("duplexd: error: there is no file to read again")));
  EXPECT_EQ(adhoc.plan().result, Result::refused);
}

}  // namespace
}  // namespace duplexd::test
