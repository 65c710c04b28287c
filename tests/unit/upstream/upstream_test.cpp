#include "core/upstream/upstream.hpp"

#include "tests/unit/upstream/endpoints.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <set>
#include <string>

namespace duplexd {
namespace {

using test::target;

class UpstreamTest : public testing::Test {
 protected:
  Upstream& with(const std::vector<Target>& targets) {
    Upstream& upstream = upstream_.emplace(account, 0);
    upstream.configure(std::make_shared<const UpstreamConfig>(config), targets);
    return upstream;
  }

  /// Who is dialled when nobody was tried.
  static std::string first_choice(Upstream& upstream) {
    TriedEndpoints tried;
    Endpoint* const endpoint = upstream.acquire(tried);
    if (!endpoint) return "";
    std::string address = endpoint->target.address.to_string();
    upstream.release(*endpoint);
    return address;
  }

  UpstreamConfig config;
  UpstreamAccount account{"upstream", 1};

 private:
  std::optional<Upstream> upstream_;
};

TEST_F(UpstreamTest, AnEndpointCountsTheSessionsThatHaveChosenIt) {
  Upstream& upstream = with({target("a", "127.0.0.1:1")});
  TriedEndpoints one;
  TriedEndpoints other;
  Endpoint* const endpoint = upstream.acquire(one);
  ASSERT_NE(endpoint, nullptr);
  EXPECT_EQ(upstream.acquire(other), endpoint);
  EXPECT_EQ(endpoint->sessions, 2u);
  upstream.release(*endpoint);
  EXPECT_EQ(endpoint->sessions, 1u);
  upstream.release(*endpoint);
  EXPECT_EQ(endpoint->sessions, 0u);
}

TEST_F(UpstreamTest, ASessionTriesEachEndpointOnceAndThenThereIsNone) {
  Upstream& upstream = with(test::targets_with({5, 1, 1}));
  TriedEndpoints tried;
  std::set<Endpoint*> seen;
  while (Endpoint* const endpoint = upstream.acquire(tried)) {
    EXPECT_TRUE(seen.insert(endpoint).second);
    upstream.release(*endpoint);
  }
  EXPECT_EQ(seen.size(), 3u);
  EXPECT_EQ(tried.count(), 3u);
}

TEST_F(UpstreamTest, WithoutTargetsThereIsNoEndpoint) {
  Upstream& upstream = with({});
  TriedEndpoints tried;
  EXPECT_EQ(upstream.acquire(tried), nullptr);
  EXPECT_EQ(tried.count(), 0u);
  EXPECT_EQ(upstream.size(), 0u);
}

TEST_F(UpstreamTest, OfVeryManyEndpointsASessionTriesSixtyFourAndNoneTwice) {
  Upstream& upstream = with(test::targets_with(std::vector<unsigned>(150, 1)));
  std::set<Endpoint*> ever;
  for (int session = 0; session < 3; ++session) {
    TriedEndpoints tried;
    std::set<Endpoint*> seen;
    while (Endpoint* const endpoint = upstream.acquire(tried)) {
      EXPECT_TRUE(seen.insert(endpoint).second);
      upstream.release(*endpoint);
    }
    EXPECT_EQ(seen.size(), 64u);
    ever.insert(seen.begin(), seen.end());
  }
  EXPECT_GT(ever.size(), 64u) << "other sessions may try others";
}

TEST_F(UpstreamTest, EndpointsThatStayKeepTheirStateAndTheirTurn) {
  Upstream& upstream = with({target("a", "127.0.0.1:1"), target("b", "127.0.0.1:2")});
  TriedEndpoints tried;
  Endpoint* const a = upstream.acquire(tried);
  upstream.replace({target("c", "127.0.0.1:3"), target("a", "127.0.0.1:1"), target("b", "127.0.0.1:2")});
  EXPECT_EQ(upstream.size(), 3u);
  EXPECT_EQ(a->sessions, 1u);
  std::set<Endpoint*> turns;
  for (int i = 0; i < 3; ++i) {
    TriedEndpoints nobody;
    Endpoint* const endpoint = upstream.acquire(nobody);
    EXPECT_TRUE(turns.empty() == (endpoint->target.name() == "b")) << "b's turn was next";
    turns.insert(endpoint);
    upstream.release(*endpoint);
  }
  upstream.release(*a);
  EXPECT_EQ(a->sessions, 0u) << "it is still an endpoint of the upstream";
}

TEST_F(UpstreamTest, AnEndpointThatHasLeftIsNotChosenAndLivesUntilItsLastSessionHasEnded) {
  Upstream& upstream = with({target("a", "127.0.0.1:1")});
  TriedEndpoints one;
  TriedEndpoints other;
  Endpoint* const a = upstream.acquire(one);
  upstream.acquire(other);
  upstream.replace({target("b", "127.0.0.1:2")});
  for (int i = 0; i < 3; ++i) EXPECT_EQ(first_choice(upstream), "127.0.0.1:2");
  upstream.release(*a);
  EXPECT_EQ(a->target.name(), "a") << "one session is left";
  EXPECT_EQ(a->sessions, 1u);
  upstream.release(*a);
}

TEST_F(UpstreamTest, AnEndpointThatComesBackIsTheOneThatItsSessionsStillHave) {
  Upstream& upstream = with({target("a", "127.0.0.1:1")});
  TriedEndpoints tried;
  Endpoint* const old = upstream.acquire(tried);
  upstream.replace({});
  EXPECT_EQ(first_choice(upstream), "");
  upstream.replace({target("a", "127.0.0.1:1")});
  TriedEndpoints again;
  Endpoint* const now = upstream.acquire(again);
  EXPECT_EQ(now, old);
  EXPECT_FALSE(now->removed);
  upstream.release(*old);
  EXPECT_EQ(now->sessions, 1u);
  upstream.release(*now);
}

TEST_F(UpstreamTest, AnotherWeightIsAnotherShareOfTheSameEndpoint) {
  Upstream& upstream = with({target("a", "127.0.0.1:1"), target("b", "127.0.0.1:2")});
  TriedEndpoints tried;
  upstream.release(*upstream.acquire(tried));
  upstream.replace({target("a", "127.0.0.1:1", 3), target("b", "127.0.0.1:2")});
  int a = 0;
  for (int i = 0; i < 40; ++i) a += first_choice(upstream) == "127.0.0.1:1";
  EXPECT_NEAR(a, 30, 1);
}

TEST_F(UpstreamTest, OnlyWhatTheConfigurationHasNoMoreIsRemoved) {
  config.endpoints = {{.name = "named", .address = {}}, {.name = "gone", .address = {}}};
  Upstream& upstream = with({target("named", "127.0.0.1:1"), target("gone", "127.0.0.1:2")});
  TriedEndpoints tried;
  Endpoint* const named = upstream.acquire(tried);
  Endpoint* const gone = upstream.acquire(tried);
  upstream.replace({target("named", "127.0.0.1:9")});
  EXPECT_FALSE(named->removed) << "its name has another address now";
  EXPECT_FALSE(gone->removed);
  config.endpoints.pop_back();
  upstream.configure(std::make_shared<const UpstreamConfig>(config), {target("named", "127.0.0.1:9")});
  EXPECT_FALSE(named->removed);
  EXPECT_TRUE(gone->removed);
  upstream.release(*named);
  upstream.release(*gone);
}

TEST_F(UpstreamTest, OfAnUpstreamThatIsGoneEveryEndpointIsRemoved) {
  Upstream& upstream = with({target("a", "127.0.0.1:1")});
  TriedEndpoints tried;
  Endpoint* const a = upstream.acquire(tried);
  upstream.retire();
  EXPECT_TRUE(a->removed);
  EXPECT_EQ(first_choice(upstream), "");
  upstream.release(*a);
}

TEST_F(UpstreamTest, TheSameTargetTwiceIsTwoEndpoints) {
  Upstream& upstream = with({target("a", "127.0.0.1:1"), target("a", "127.0.0.1:1")});
  upstream.replace({target("a", "127.0.0.1:1"), target("a", "127.0.0.1:1")});
  TriedEndpoints tried;
  Endpoint* const one = upstream.acquire(tried);
  Endpoint* const other = upstream.acquire(tried);
  EXPECT_NE(one, other);
  ASSERT_NE(other, nullptr);
  upstream.release(*one);
  upstream.release(*other);
}

TEST_F(UpstreamTest, SourcesOfTheEndpointsFamilyAreUsedInTurn) {
  for (const char* const source : {"127.0.0.1:0", "127.0.0.2:0", "[::1]:0", "127.0.0.3:0"})
    config.source.push_back(test::address_of(source));
  Upstream& upstream = with({});
  const Endpoint ipv4(target("four", "127.0.0.1:1"), 0);
  const Endpoint ipv6(target("six", "[::1]:1"), 0);
  const Endpoint local(target("unix", "unix:@endpoint"), 0);
  std::vector<std::string> turns;
  for (int i = 0; i < 4; ++i) {
    turns.push_back(upstream.next_source(ipv4)->to_string());
    EXPECT_EQ(upstream.next_source(ipv6)->to_string(), "[::1]:0");
    EXPECT_EQ(upstream.next_source(local), nullptr);
  }
  EXPECT_EQ(turns, (std::vector<std::string>{"127.0.0.1:0", "127.0.0.2:0", "127.0.0.3:0", "127.0.0.1:0"}));
}

TEST_F(UpstreamTest, WithoutASourceOfItsFamilyTheKernelChooses) {
  Upstream& without = with({});
  const Endpoint ipv4(target("four", "127.0.0.1:1"), 0);
  EXPECT_EQ(without.next_source(ipv4), nullptr);
  config.source.push_back(test::address_of("[::1]:0"));
  EXPECT_EQ(with({}).next_source(ipv4), nullptr);
}

}  // namespace
}  // namespace duplexd
