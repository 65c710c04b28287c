#include "core/upstream/upstream.hpp"

#include "tests/unit/upstream/endpoints.hpp"

#include <gtest/gtest.h>

#include <sys/socket.h>

#include <set>

namespace duplexd {
namespace {

class UpstreamTest : public testing::Test {
 protected:
  void use(const std::vector<unsigned>& weights) { upstream_.use(endpoints_.pool_of_weights(weights)); }
  /// All that one session would try.
  std::set<const Endpoint*> tried_in_turn(std::uint64_t turn) {
    Tried tried;
    std::set<const Endpoint*> seen;
    while (const Pool::Member* const member = upstream_.choose({.turn = turn}, tried).member) {
      EXPECT_TRUE(seen.insert(member->endpoint).second) << "tried twice";
      tried.add(*member->endpoint);
    }
    return seen;
  }

  test::Endpoints endpoints_;
  Upstream upstream_{endpoints_.shared, 0};
};

TEST_F(UpstreamTest, SessionTriesEachEndpointOnce) {
  use({5, 1, 1});
  EXPECT_EQ(tried_in_turn(0).size(), 3u);
}

TEST_F(UpstreamTest, SessionTriesSixtyFourAtMost) {
  use(std::vector<unsigned>(150, 1));
  EXPECT_EQ(tried_in_turn(0).size(), 64u);
  EXPECT_NE(tried_in_turn(0), tried_in_turn(100)) << "other sessions may try others";
}

TEST_F(UpstreamTest, EachSessionHasATurn) {
  use({1, 1});
  Upstream of_another_worker(endpoints_.shared, 1);
  EXPECT_EQ(upstream_.take_turn(), 0u);
  EXPECT_EQ(of_another_worker.take_turn(), 1u);
  EXPECT_EQ(upstream_.take_turn(), 2u);
}

TEST_F(UpstreamTest, OtherPoolIsUsedAtOnce) {
  use({1, 1, 1});
  EXPECT_EQ(upstream_.choose({.turn = 2}, {}).member->endpoint->name, "c");
  use({1, 1});
  EXPECT_EQ(upstream_.choose({.turn = 2}, {}).member->endpoint->name, "a");
}

TEST_F(UpstreamTest, SourcesHaveTurnsPerFamily) {
  UpstreamConfig config;
  for (const char* const source : {"127.0.0.1:0", "127.0.0.2:0", "[::1]:0"})
    config.source.push_back(test::address_of(source));
  upstream_.use(endpoints_.pool({}, config));
  EXPECT_EQ(upstream_.pool().sources(AF_INET).size(), 2u);
  EXPECT_EQ(upstream_.pool().sources(AF_INET6).size(), 1u);
  EXPECT_TRUE(upstream_.pool().sources(AF_UNIX).empty());
  EXPECT_EQ(upstream_.take_source_turn(AF_INET), 0u);
  EXPECT_EQ(upstream_.take_source_turn(AF_INET6), 0u);
  EXPECT_EQ(upstream_.take_source_turn(AF_INET), 1u);
}

TEST_F(UpstreamTest, WorkersBeginWithDifferentSources) {
  Upstream second(endpoints_.shared, 1);
  EXPECT_NE(upstream_.take_source_turn(AF_INET), second.take_source_turn(AF_INET));
}

}  // namespace
}  // namespace duplexd
