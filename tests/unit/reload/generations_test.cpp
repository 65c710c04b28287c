#include "core/reload/generations.hpp"

#include "tests/unit/reload/generation_world.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace duplexd::test {
namespace {

constexpr auto name_of_host = "db.test";

/// An upstream whose only endpoint has a name, served by workers that run. The test's thread is the control
/// thread.
class UnusedPoolsTest : public GenerationWorld {
 protected:
  void SetUp() override {
    UpstreamConfig& upstream = config_.upstreams[0];
    upstream.endpoints = {{.name = "db.test:80", .address = HostPort{name_of_host, 80}}};
    upstream.resolve.required = false;
    upstream.resolve.interval = Duration(1);
    generations_.emplace(control_, around_, std::make_shared<const Config>(config_), InheritedSockets());
    generations_->start();
    workers_.start([] {});
  }
  void TearDown() override {
    workers_.abort();
    workers_.join();
    generations_->current().close();
  }

  bool run_until(const std::function<bool()>& condition) {
    return eventually([&] {
      control_.run_for(std::chrono::milliseconds(1));
      return condition();
    });
  }
  const UpstreamAccount& account() { return *registry_.upstreams["upstream"]; }
  const EndpointAccount& endpoint() { return *registry_.upstreams["upstream"]->endpoints["db.test:80"]; }
  void answer(const std::string& ip) { fake_names_.answer(name_of_host, {{address_of(ip + ":1")}, ""}); }
  bool has_address(const std::string& ip) const {
    const auto members = generations_->current().upstreams()[0].pool->members();
    return members.size() == 1 && members[0].endpoint->address == address_of(ip + ":80");
  }

  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_{control_.get_executor()};
  Config config_ = proxy_config({});
  std::optional<Generations> generations_;
};

TEST_F(UnusedPoolsTest, ChangedNamesLeaveNothing) {
  for (std::size_t change = 1; change <= 20; ++change) {
    const std::string ip = "127.0.0." + std::to_string(change);
    ASSERT_TRUE(run_until([&] { return fake_names_.times_asked(name_of_host) >= change; }));
    answer(ip);
    ASSERT_TRUE(run_until([&] { return has_address(ip); }));
  }
  EXPECT_TRUE(run_until([&] { return account().pool_count() == 1; }));
  EXPECT_TRUE(run_until([&] { return endpoint().endpoint_count() == 1; }));
}

TEST_F(UnusedPoolsTest, ChangedWeightsLeaveNothing) {
  ASSERT_TRUE(run_until([&] { return fake_names_.times_asked(name_of_host) > 0; }));
  answer("127.0.0.1");
  ASSERT_TRUE(run_until([&] { return endpoint().endpoint_count() == 1; }));
  for (unsigned weight = 2; weight <= 200; ++weight)
    generations_->obey({"upstream", "db.test:80"}, {.weight = weight});
  EXPECT_GE(account().pool_count(), 199u) << "nobody has looked yet";
  EXPECT_TRUE(run_until([&] { return account().pool_count() == 1; }));
}

}  // namespace
}  // namespace duplexd::test
