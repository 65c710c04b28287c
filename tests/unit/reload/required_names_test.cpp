#include "core/reload/required_names.hpp"

#include "tests/support/fake_names.hpp"
#include "tests/support/peer.hpp"

#include <gtest/gtest.h>

#include <optional>

namespace duplexd::test {
namespace {

class RequiredNamesTest : public testing::Test {
 protected:
  void require(const std::vector<std::string>& hosts, bool required = true) {
    UpstreamConfig& upstream = config_.upstreams.emplace_back();
    upstream.resolve.required = required;
    for (const std::string& host : hosts)
      upstream.endpoints.push_back({.name = host, .address = HostPort{host, 80}});
  }
  void ask() {
    names_.emplace(control_, service_, catalogs_, config_, config_.resolve_start_timeout, [this] {
      names_.reset();
      ++done_;
    });
  }
  bool is_done() {
    return eventually([this] {
      control_.poll();
      control_.restart();
      return done_ > 0;
    });
  }

  boost::asio::io_context control_;
  FakeNames fake_;
  NameService service_{control_, fake_.source()};
  CatalogService catalogs_{control_, service_};
  Config config_;
  std::optional<RequiredNames> names_;
  int done_ = 0;
};

TEST_F(RequiredNamesTest, NoNameIsNoWait) {
  ask();
  EXPECT_EQ(done_, 0) << "later";
  EXPECT_TRUE(is_done());
}

TEST_F(RequiredNamesTest, EachNameHasAnAnswer) {
  require({"a", "b"});
  require({"c"});
  ask();
  control_.poll();
  fake_.answer("c", {.addresses = {loopback()}, .failure = ""});
  fake_.answer("a", {.addresses = {}, .failure = "no such name"});
  control_.restart();
  control_.poll();
  EXPECT_EQ(done_, 0);
  fake_.answer("b", {.addresses = {loopback()}, .failure = ""});
  EXPECT_TRUE(is_done());
  EXPECT_EQ(done_, 1);
}

TEST_F(RequiredNamesTest, OptionalNamesAreNotWaitedFor) {
  require({"a"}, false);
  ask();
  EXPECT_TRUE(is_done());
}

TEST_F(RequiredNamesTest, RememberedNamesAreNotWaitedFor) {
  service_.remember({{"a", {{loopback()}}}});
  require({"a"});
  ask();
  EXPECT_TRUE(is_done());
}

TEST_F(RequiredNamesTest, HostsOfServicesAreWaitedFor) {
  config_.upstreams.emplace_back().endpoints.push_back({.name = "s", .address = ServiceName{"_s._tcp.test"}});
  ask();
  control_.poll();
  fake_.answer("srv:_s._tcp.test", {{}, "", {{{"a.test", 80, 0, 1}}}});
  control_.restart();
  EXPECT_TRUE(eventually([this] {
    control_.poll();
    control_.restart();
    return fake_.times_asked("a.test") == 1;
  }));
  EXPECT_EQ(done_, 0);
  fake_.answer("a.test", {.addresses = {loopback()}, .failure = ""});
  EXPECT_TRUE(is_done());
}

TEST_F(RequiredNamesTest, KnownServicesNeedAddresses) {
  const std::string question = "srv:_s._tcp.test";
  const auto kept = service_.subscribe(question, Duration(60'000), [] {});
  control_.poll();
  fake_.answer(question, {{}, "", {{{"a.test", 80, 0, 1}}}});
  config_.upstreams.emplace_back().endpoints.push_back({.name = "s", .address = ServiceName{"_s._tcp.test"}});
  config_.upstreams[0].resolve.required = false;
  control_.restart();
  ask();
  EXPECT_TRUE(eventually([this] {
    control_.poll();
    control_.restart();
    return fake_.times_asked("a.test") == 1;
  }));
  EXPECT_EQ(done_, 0);
  fake_.answer("a.test", {.addresses = {loopback()}, .failure = ""});
  EXPECT_TRUE(is_done());
}

TEST_F(RequiredNamesTest, HostsBehindProxiesAreNotAsked) {
  require({"a"});
  config_.upstreams[0].via = {.enabled = true, .address = HostPort{"proxy", 1080}};
  ask();
  control_.poll();
  EXPECT_EQ(done_, 0);
  fake_.answer("proxy", {.addresses = {loopback()}, .failure = ""});
  EXPECT_TRUE(is_done());
}

TEST_F(RequiredNamesTest, OneDeadlineIsForAll) {
  config_.resolve_start_timeout = Duration(20);
  require({"a", "b", "c"});
  ask();
  EXPECT_TRUE(is_done());
}

TEST_F(RequiredNamesTest, NobodyHearsAfterItWent) {
  require({"a"});
  ask();
  control_.poll();
  names_.reset();
  EXPECT_EQ(fake_.forgotten.size(), 1u);
  control_.restart();
  control_.poll();
  EXPECT_EQ(done_, 0);
}

}  // namespace
}  // namespace duplexd::test
