#include "core/upstream/resolver.hpp"

#include "tests/support/peer.hpp"
#include "tests/unit/upstream/name_service.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <netdb.h>

#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace duplexd {
namespace {

using namespace std::chrono_literals;
using test::NameService;
using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> texts(const std::vector<SocketAddress>& addresses) {
  std::vector<std::string> texts;
  for (const SocketAddress& address : addresses) texts.push_back(address.to_string());
  return texts;
}

std::vector<std::string> texts(const std::vector<Target>& targets) {
  std::vector<std::string> texts;
  for (const Target& target : targets) texts.push_back(target.address.to_string());
  return texts;
}

TEST(ResolveTest, LocalhostIsAnAddressOfLoopback) {
  const Resolution resolution = resolve({"localhost", 80});
  EXPECT_EQ(resolution.error, 0);
  ASSERT_FALSE(resolution.addresses.empty());
  for (const std::string& text : texts(resolution.addresses))
    EXPECT_THAT(text, testing::AnyOf("[::1]:80", testing::MatchesRegex("127\\..*:80")));
}

TEST(ResolveTest, AddressesAreSortedAndUnique) {
  NameService names;
  names.set("db.example", {"10.0.0.3", "2001:db8::1", "10.0.0.1", "10.0.0.3"});
  const auto first = resolve({"db.example", 5432});
  EXPECT_THAT(texts(first.addresses), ElementsAre("10.0.0.1:5432", "10.0.0.3:5432", "[2001:db8::1]:5432"));
  names.set("db.example", {"10.0.0.1", "10.0.0.3", "2001:db8::1"});
  EXPECT_EQ(resolve({"db.example", 5432}).addresses, first.addresses);
}

TEST(ResolveTest, UnknownNameIsAnError) {
  NameService names;
  const Resolution resolution = resolve({"nobody.example", 80});
  EXPECT_EQ(resolution.error, EAI_NONAME);
  EXPECT_THAT(resolution.addresses, IsEmpty());
}

TEST(ResolveTest, FailingNameServerIsAskedOnce) {
  NameService names;
  names.fail("db.example", EAI_AGAIN);
  EXPECT_EQ(resolve({"db.example", 80}).error, EAI_AGAIN);
  EXPECT_EQ(names.asked(), 1);
}

struct Notices final : EventSink {
  void session_ended(const SessionEnd&) noexcept override {}
  void notice(const Notice& notice) noexcept override { all.push_back(notice); }
  std::vector<Notice> all;
};

class UpstreamResolverTest : public testing::Test {
 protected:
  UpstreamResolverTest() {
    config.name = "databases";
    config.resolve.interval = 5ms;
  }

  void add(const char* name, EndpointAddress address, unsigned weight = 1) {
    config.endpoints.push_back({.name = name, .address = std::move(address), .weight = weight});
  }
  UpstreamResolver& resolver() {
    if (!resolver_) resolver_.emplace(control, config, account, notices, 7);
    return *resolver_;
  }
  void start() {
    resolver().start([this] { changes.push_back(texts(resolver().targets())); });
  }
  template <class Condition>
  bool run_until(Condition condition) {
    return test::eventually([&] {
      control.poll();
      return condition();
    });
  }
  /// Until an answer that was asked for after now has been dealt with.
  bool run_through_a_look_up() {
    const int before = names.asked();
    return run_until([&] { return names.asked() >= before + 3; });
  }

  NameService names;
  boost::asio::io_context control;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work{control.get_executor()};
  UpstreamConfig config;
  UpstreamAccount account{"databases", 1};
  Notices notices;
  std::vector<std::vector<std::string>> changes;
  std::optional<UpstreamResolver> resolver_;
};

TEST_F(UpstreamResolverTest, TargetsFollowTheConfiguration) {
  names.set("db.example", {"10.0.0.2", "10.0.0.1"});
  add("second.first", test::address_of("192.0.2.9:80"), 3);
  add("db.example:5432", HostPort{"db.example", 5432}, 2);
  add("unix:@local", test::address_of("unix:@local"));
  resolver().resolve_all();
  EXPECT_EQ(resolver().missing(), "");
  const std::vector<Target> targets = resolver().targets();
  EXPECT_THAT(texts(targets), ElementsAre("192.0.2.9:80", "10.0.0.1:5432", "10.0.0.2:5432", "unix:@local"));
  EXPECT_EQ(targets[0].weight, 3u);
  EXPECT_EQ(targets[1].name(), "db.example:5432");
  EXPECT_EQ(targets[2].name(), "db.example:5432");
  EXPECT_EQ(targets[2].weight, 2u);
}

TEST_F(UpstreamResolverTest, FirstUnresolvedHostIsNamed) {
  names.set("good.example", {"10.0.0.1"});
  add("bad", HostPort{"bad.example", 1});
  add("worse", HostPort{"worse.example", 2});
  add("good", HostPort{"good.example", 3});
  resolver().resolve_all();
  EXPECT_EQ(resolver().missing(), "bad.example");
  EXPECT_THAT(texts(resolver().targets()), ElementsAre("10.0.0.1:3"));
  ASSERT_EQ(notices.all.size(), 2u);
  EXPECT_EQ(notices.all.front().kind, Notice::Kind::resolve_failed);
  EXPECT_EQ(notices.all.front().subject, "bad");
  EXPECT_EQ(notices.all.front().error, EAI_NONAME);
  EXPECT_EQ(notices.all.front().worker, 7u);
}

TEST_F(UpstreamResolverTest, AddressesAreNeverLookedUp) {
  add("a", test::address_of("192.0.2.9:80"));
  start();
  work.reset();
  control.run();
  EXPECT_EQ(names.asked(), 0);
}

TEST_F(UpstreamResolverTest, ChangedAddressUpdatesAllTargets) {
  names.set("db.example", {"10.0.0.1"});
  add("fixed", test::address_of("192.0.2.9:80"));
  add("db", HostPort{"db.example", 80});
  resolver().resolve_all();
  start();
  names.set("db.example", {"10.0.0.2", "10.0.0.1"});
  ASSERT_TRUE(run_until([&] { return !changes.empty(); }));
  EXPECT_THAT(changes.front(), ElementsAre("192.0.2.9:80", "10.0.0.1:80", "10.0.0.2:80"));
  ASSERT_EQ(notices.all.size(), 1u);
  EXPECT_EQ(notices.all.front().kind, Notice::Kind::resolve_changed);
  EXPECT_EQ(notices.all.front().subject, "databases");
  EXPECT_EQ(notices.all.front().count, 3u);
  names.set("db.example", {"10.0.0.3"});
  ASSERT_TRUE(run_until([&] { return changes.size() == 2; }));
  EXPECT_THAT(changes.back(), ElementsAre("192.0.2.9:80", "10.0.0.3:80"));
}

TEST_F(UpstreamResolverTest, ReorderedAnswerIsNoChange) {
  names.set("db.example", {"10.0.0.1", "10.0.0.2"});
  add("db", HostPort{"db.example", 80});
  resolver().resolve_all();
  start();
  names.set("db.example", {"10.0.0.2", "10.0.0.1"});
  ASSERT_TRUE(run_through_a_look_up());
  EXPECT_THAT(changes, IsEmpty());
}

TEST_F(UpstreamResolverTest, FailingNameKeepsItsAddresses) {
  names.set("db.example", {"10.0.0.1"});
  add("db", HostPort{"db.example", 80});
  resolver().resolve_all();
  start();
  names.fail("db.example", EAI_AGAIN);
  ASSERT_TRUE(run_through_a_look_up());
  EXPECT_THAT(texts(resolver().targets()), ElementsAre("10.0.0.1:80"));
  EXPECT_THAT(changes, IsEmpty());
  ASSERT_EQ(notices.all.size(), 1u);
  EXPECT_EQ(notices.all.front().error, EAI_AGAIN);
  EXPECT_EQ(notices.all.front().count, 1u) << "addresses that are left";

  names.set("db.example", {"10.0.0.1"});
  ASSERT_TRUE(run_through_a_look_up());
  names.fail("db.example", EAI_NONAME);
  ASSERT_TRUE(run_until([&] { return notices.all.size() == 2; })) << "an episode of its own";
}

TEST_F(UpstreamResolverTest, UnresolvedNameMayResolveLater) {
  add("db", HostPort{"db.example", 80});
  resolver().resolve_all();
  EXPECT_EQ(resolver().missing(), "db.example");
  start();
  names.set("db.example", {"10.0.0.1"});
  ASSERT_TRUE(run_until([&] { return !changes.empty(); }));
  EXPECT_THAT(changes.front(), ElementsAre("10.0.0.1:80"));
}

TEST_F(UpstreamResolverTest, LookupOutlivingTheResolverIsForgotten) {
  names.set("db.example", {"10.0.0.1"});
  add("db", HostPort{"db.example", 80});
  start();
  names.hold();
  ASSERT_TRUE(run_until([&] { return names.waiting(); }));
  resolver_.reset();
  names.let_go();
  ASSERT_TRUE(test::eventually([&] { return !names.waiting(); }));
  work.reset();
  control.run();
  EXPECT_THAT(changes, IsEmpty());
}

}  // namespace
}  // namespace duplexd
