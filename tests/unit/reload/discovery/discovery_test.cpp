#include "core/config/loader.hpp"
#include "core/server.hpp"
#include "tests/support/directory.hpp"
#include "tests/support/fake_names.hpp"
#include "tests/support/proxy.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <gmock/gmock.h>

#include <cstdio>
#include <fstream>

namespace duplexd::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

const std::string service_question = "srv:_s._tcp.test";

/// A server in front of whatever is discovered. The test's thread is the control thread.
class DiscoveryTest : public testing::Test {
 protected:
  DiscoveryTest() { config_.upstreams[0].resolve.required = false; }

  void use_service() {
    config_.upstreams[0].endpoints.push_back(
        {.name = service_question, .address = ServiceName{"_s._tcp.test"}});
  }
  void use_file(std::string_view text) {
    replace(text);
    config_.upstreams[0].endpoints_file = path_;
    ASSERT_TRUE(load_endpoints_file(config_.upstreams[0]).empty());
  }
  void replace(std::string_view text) {
    std::ofstream(path_ + ".new") << text;
    ASSERT_EQ(std::rename((path_ + ".new").c_str(), path_.c_str()), 0);
  }
  void start() {
    server_.emplace(control_, std::make_shared<const Config>(config_), sink_, names_, catalogs_);
    server_->on_discovered([this](const Discovered& discovered) {
      told_.push_back(discovered.failure.empty() ? std::to_string(discovered.endpoints) : discovered.failure);
    });
    server_->start();
  }
  bool run_until(const std::function<bool()>& condition) {
    return eventually([&] {
      control_.run_for(std::chrono::milliseconds(10));
      return condition();
    });
  }
  bool is_told(const std::string& text) {
    return run_until([&] { return !told_.empty() && told_.back().find(text) != std::string::npos; });
  }
  bool is_in_use(std::size_t count) {
    return run_until([&] { return !told_.empty() && told_.back() == std::to_string(count); });
  }
  /// Answers the next service_question about the service, which is asked again after a second.
  void answer(std::vector<ServiceTarget> targets) {
    const std::size_t before = answered_;
    ASSERT_TRUE(run_until([&] { return fake_.times_asked(service_question) > before; }));
    answered_ = fake_.times_asked(service_question);
    fake_.answer(service_question, {{}, "", std::move(targets), std::chrono::seconds(1)});
  }
  std::vector<std::string> endpoints() const {
    std::vector<std::string> names;
    for (const EndpointConfig& endpoint : server_->config().upstreams[0].endpoints)
      names.push_back(endpoint.name);
    return names;
  }

  static inline const ServiceTarget a{"127.0.0.1", 81, 0, 1}, b{"127.0.0.1", 82, 0, 1};

  TemporaryDirectory folder_;
  const std::string path_ = folder_.path("pool.yaml");
  boost::asio::io_context control_;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_{control_.get_executor()};
  Recorder sink_;
  FakeNames fake_;
  NameService names_{control_, fake_.source()};
  CatalogService catalogs_{control_, names_};
  Config config_ = proxy_config({});
  std::optional<Server> server_;
  std::vector<std::string> told_;
  std::size_t answered_ = 0;
};

TEST_F(DiscoveryTest, AnswersBecomeEndpoints) {
  use_service();
  start();
  EXPECT_THAT(endpoints(), ElementsAre());
  answer({a, b});
  EXPECT_TRUE(is_in_use(2));
  EXPECT_THAT(endpoints(), ElementsAre("127.0.0.1:81", "127.0.0.1:82"));
  answer({b});
  EXPECT_TRUE(is_in_use(1));
  EXPECT_THAT(endpoints(), ElementsAre("127.0.0.1:82"));
  answer({});
  EXPECT_TRUE(is_in_use(0));
}

TEST_F(DiscoveryTest, LostServiceKeepsItsEndpoints) {
  use_service();
  start();
  answer({a});
  ASSERT_TRUE(is_in_use(1));
  ASSERT_TRUE(run_until([&] { return fake_.times_asked(service_question) > answered_; }));
  fake_.answer(service_question, {{}, "no such name"});
  EXPECT_TRUE(is_told("srv:_s._tcp.test: no such name"));
  EXPECT_THAT(endpoints(), ElementsAre("127.0.0.1:81"));
}

TEST_F(DiscoveryTest, EndpointsWithoutAddressPutNothingOut) {
  use_service();
  start();
  answer({a});
  ASSERT_TRUE(is_in_use(1));
  answer({{"new.test", 80, 0, 1}});
  EXPECT_TRUE(
      is_told("none of the endpoints that there are now has an address (host new.test: no answer yet)"));
  EXPECT_THAT(endpoints(), ElementsAre("127.0.0.1:81"));
  fake_.answer("new.test", {{}, "no such name"});
  EXPECT_TRUE(is_told("(host new.test: no such name)"));
  EXPECT_THAT(endpoints(), ElementsAre("127.0.0.1:81"));
}

TEST_F(DiscoveryTest, LateAnswerIsNotLost) {
  use_service();
  start();
  answer({a});
  ASSERT_TRUE(is_in_use(1));
  answer({{"new.test", 80, 0, 1}});
  EXPECT_TRUE(is_told("no answer yet"));
  fake_.answer("new.test", {{loopback()}, ""});
  EXPECT_TRUE(is_in_use(1));
  EXPECT_EQ(fake_.times_asked("new.test"), 1u);
}

TEST_F(DiscoveryTest, HeldEndpointsOutliveReloads) {
  use_service();
  start();
  answer({a});
  ASSERT_TRUE(is_in_use(1));
  answer({{"new.test", 80, 0, 1}});
  ASSERT_TRUE(is_told("no answer yet"));
  std::optional<bool> applied;
  config_.listeners[0].backlog = 77;
  config_.resolve_start_timeout = std::chrono::milliseconds(10);
  server_->reload(std::make_shared<const Config>(config_),
                  [&](const StartResult<void>& result) { applied = bool(result); });
  EXPECT_TRUE(run_until([&] { return applied.has_value(); }));
  EXPECT_TRUE(*applied);
  EXPECT_EQ(server_->config().listeners[0].backlog, 77);
  EXPECT_THAT(endpoints(), ElementsAre("127.0.0.1:81"));
  answer({b});
  EXPECT_TRUE(is_in_use(1));
  EXPECT_THAT(endpoints(), ElementsAre("127.0.0.1:82"));
}

TEST_F(DiscoveryTest, HeldEndpointsHoldUpNoOthers) {
  use_service();
  config_.upstreams.push_back(config_.upstreams[0]);
  config_.upstreams[1].name = "other";
  config_.upstreams[1].endpoints = {{.name = "srv:_o._tcp.test", .address = ServiceName{"_o._tcp.test"}}};
  start();
  ASSERT_TRUE(run_until([&] { return fake_.times_asked("srv:_o._tcp.test") > 0; }));
  fake_.answer("srv:_o._tcp.test", {{}, "", {{a}}, std::chrono::seconds(1)});
  answer({a});
  ASSERT_TRUE(is_in_use(1));
  answer({{"new.test", 80, 0, 1}});
  ASSERT_TRUE(is_told("no answer yet"));
  ASSERT_TRUE(run_until([&] { return fake_.times_asked("srv:_o._tcp.test") > 1; }));
  fake_.answer("srv:_o._tcp.test", {{}, "", {{a, b}}, std::chrono::seconds(60)});
  EXPECT_TRUE(run_until([&] { return server_->config().upstreams[1].endpoints.size() == 2; }));
  EXPECT_THAT(endpoints(), ElementsAre("127.0.0.1:81"));
}

TEST_F(DiscoveryTest, ReloadKeepsWhatWasFound) {
  use_service();
  start();
  answer({a});
  ASSERT_TRUE(is_in_use(1));
  bool is_over = false;
  config_.listeners[0].backlog = 77;
  server_->reload(std::make_shared<const Config>(config_), [&](const StartResult<void>& result) {
    EXPECT_TRUE(result);
    is_over = true;
  });
  EXPECT_TRUE(run_until([&] { return is_over; }));
  EXPECT_THAT(endpoints(), ElementsAre("127.0.0.1:81"));
  EXPECT_EQ(server_->config().listeners[0].backlog, 77);
}

TEST_F(DiscoveryTest, RequiredServiceHasToBeAnswered) {
  use_service();
  config_.upstreams[0].resolve.required = true;
  try {
    start();
    FAIL() << "it started";
  } catch (const StartError& error) {
    EXPECT_THAT(error.what(), HasSubstr("srv:_s._tcp.test has no endpoints"));
  }
}

TEST_F(DiscoveryTest, ReplacedFileIsServed) {
  use_file("- 127.0.0.1:81\n");
  start();
  EXPECT_THAT(endpoints(), ElementsAre("127.0.0.1:81"));
  replace("[]\n");
  EXPECT_TRUE(is_in_use(0));
  replace("- 127.0.0.1:82\n- 127.0.0.1:83\n");
  EXPECT_TRUE(is_in_use(2));
  EXPECT_THAT(endpoints(), ElementsAre("127.0.0.1:82", "127.0.0.1:83"));
}

TEST_F(DiscoveryTest, UnusableListIsToldOnce) {
  use_file("- 127.0.0.1:81\n");
  start();
  replace("- nonsense\n");
  EXPECT_TRUE(is_told("endpoints[0].address"));
  replace("- 127.0.0.1:82\n");
  EXPECT_TRUE(is_in_use(1));
  EXPECT_EQ(told_.size(), 2u);
}

TEST_F(DiscoveryTest, NameWithoutAddressRefusesTheList) {
  config_.upstreams[0].resolve.required = true;
  use_file("- 127.0.0.1:81\n");
  start();
  replace("- db.test:82\n");
  ASSERT_TRUE(run_until([&] { return fake_.times_asked("db.test") > 0; }));
  fake_.answer("db.test", {{}, "no such name"});
  EXPECT_TRUE(is_told("host db.test has no address (no such name)"));
  EXPECT_THAT(endpoints(), ElementsAre("127.0.0.1:81"));
  fake_.on_ask = [this](const FakeNames::Question& asked) { fake_.answer(asked.number, {{loopback()}, ""}); };
  EXPECT_TRUE(is_in_use(1)) << "it is tried again";
  EXPECT_THAT(endpoints(), ElementsAre("db.test:82"));
}

}  // namespace
}  // namespace duplexd::test
