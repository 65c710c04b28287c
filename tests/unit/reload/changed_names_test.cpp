#include "core/server.hpp"
#include "tests/support/fake_names.hpp"
#include "tests/support/proxy.hpp"
#include "tests/unit/reload/generation_world.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

namespace duplexd::test {
namespace {

/// A server whose only endpoint has a name. The test's thread is the control thread.
class ChangedNamesTest : public testing::Test {
 protected:
  ChangedNamesTest() {
    UpstreamConfig& upstream = config_.upstreams[0];
    upstream.endpoints = {{.name = "db.test:80", .address = HostPort{"db.test", 80}}};
    upstream.resolve.required = false;
    server_.emplace(control_, std::make_shared<const Config>(config_), sink_, names_, catalogs_);
    server_->start();
  }
  bool run_until(const std::function<bool()>& condition) {
    return eventually([&] {
      control_.run_for(std::chrono::milliseconds(10));
      return condition();
    });
  }
  void begin_reload() {
    config_.upstreams[0].resolve.required = true;
    server_->reload(std::make_shared<const Config>(config_),
                    [this](const StartResult<void>& result) { is_applied_ = bool(result); });
  }
  std::size_t changes_told() const {
    return static_cast<std::size_t>(
        std::ranges::count(sink_.notices(), Notice::Kind::resolve_changed, &Notice::kind));
  }

  boost::asio::io_context control_;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_{control_.get_executor()};
  Recorder sink_;
  FakeNames fake_;
  NameService names_{control_, fake_.source()};
  CatalogService catalogs_{control_, names_};
  Config config_ = proxy_config({});
  std::optional<Server> server_;
  bool is_applied_ = false;
};

TEST_F(ChangedNamesTest, ReloadThatBringsAddressesTellsThem) {
  ASSERT_TRUE(run_until([&] { return fake_.times_asked("db.test") > 0; }));
  begin_reload();
  fake_.answer("db.test", {{loopback()}, ""});
  EXPECT_TRUE(run_until([&] { return is_applied_; }));
  EXPECT_EQ(changes_told(), 1u);
}

using UntoldNamesTest = GenerationWorld;

TEST_F(UntoldNamesTest, KnownAddressesAreTakenAtOnce) {
  Config config = proxy_config({});
  config.upstreams[0].endpoints = {{.name = "db.test:80", .address = HostPort{"db.test", 80}}};
  const auto generation = make(config);
  ASSERT_TRUE(eventually([&] {
    control_.run_for(std::chrono::milliseconds(10));
    return fake_names_.times_asked("db.test") > 0;
  }));
  fake_names_.answer("db.test", {{loopback()}, ""});
  generation->follow_names();
  ASSERT_EQ(sink_.notices().size(), 1u);
  EXPECT_EQ(sink_.notices()[0].kind, Notice::Kind::resolve_changed);
}

}  // namespace
}  // namespace duplexd::test
