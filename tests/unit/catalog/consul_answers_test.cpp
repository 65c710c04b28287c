#include "core/catalog/answers/consul_answers.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

namespace duplexd::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::string instance(std::string_view node, std::string_view address, int port, unsigned weight = 1,
                     std::string_view node_address = "10.9.9.9") {
  return fmt::format(R"({{"Node":{{"Node":"{}","Address":"{}"}},
                          "Service":{{"ID":"s","Address":"{}","Port":{},"Weights":{{"Passing":{}}}}}}})",
                     node, node_address, address, port, weight);
}

std::vector<std::string> names_of(const CatalogEntries& entries) {
  std::vector<std::string> names;
  for (const auto& endpoint : entries.endpoints()) names.push_back(endpoint.name);
  return names;
}

TEST(ConsulPathTest, FirstQueryDoesNotWait) {
  EXPECT_EQ(consul_path({.service = "pg"}, 0), "/v1/health/service/pg?passing=1");
}

TEST(ConsulPathTest, LaterOnesWaitBehindAnIndex) {
  ConsulConfig config{.service = "a b/c", .tag = "x&y", .filter = "Node == \"n\"", .datacenter = "dc1"};
  config.access.refresh = std::chrono::seconds(60);
  EXPECT_EQ(consul_path(config, 7),
            "/v1/health/service/a%20b%2Fc?passing=1&index=7&wait=60000ms&dc=dc1&tag=x%26y"
            "&filter=Node%20%3D%3D%20%22n%22");
}

TEST(ConsulInstancesTest, OrderIsThatOfNodes) {
  const auto entries = parse_consul_instances(
      fmt::format("[{},{}]", instance("b", "10.0.0.2", 80), instance("a", "10.0.0.1", 80)));
  ASSERT_TRUE(entries) << entries.error().what;
  EXPECT_THAT(names_of(*entries), ElementsAre("10.0.0.1:80", "10.0.0.2:80"));
  EXPECT_EQ(entries->left_out(), "");
}

TEST(ConsulInstancesTest, InstanceMayHaveAddressOfNode) {
  const auto entries = parse_consul_instances(
      fmt::format("[{},{}]", instance("a", "", 80), instance("b", "", 80, 1, "2001:db8::1")));
  ASSERT_TRUE(entries);
  EXPECT_THAT(names_of(*entries), ElementsAre("10.9.9.9:80", "[2001:db8::1]:80"));
}

TEST(ConsulInstancesTest, LargeWeightsAreScaled) {
  const auto entries = parse_consul_instances(fmt::format(
      "[{},{},{}]", instance("a", "a", 1, 65'535), instance("b", "b", 1, 32'768), instance("c", "c", 1, 1)));
  ASSERT_TRUE(entries);
  std::vector<unsigned> weights;
  for (const auto& endpoint : entries->endpoints()) weights.push_back(endpoint.weight);
  EXPECT_THAT(weights, ElementsAre(1'000U, 500U, 1U));
}

TEST(ConsulInstancesTest, UnusableOnesAreLeftOut) {
  const auto entries =
      parse_consul_instances(fmt::format("[{},{},{},7]", instance("a", "10.0.0.1", 0),
                                         instance("b", "10.0.0.2", 80), instance("c", "unix:/run/x", 1)));
  ASSERT_TRUE(entries);
  EXPECT_THAT(names_of(*entries), ElementsAre("10.0.0.2:80"));
  EXPECT_THAT(entries->left_out(), HasSubstr("(and 2 more)"));
}

TEST(ConsulInstancesTest, OtherAnswersAreRefused) {
  for (const auto* const text : {"", "{}", "null", "7", "[", "\"x\""})
    EXPECT_FALSE(parse_consul_instances(text)) << text;
}

TEST(ConsulInstancesTest, NumberIsLimited) {
  std::string all = "[";
  for (std::size_t i = 0; i <= CatalogEntries::most; ++i)
    all += instance(fmt::format("{}", i), fmt::format("10.0.{}.{}", i / 256, i % 256), 80) + ",";
  all.back() = ']';
  const auto entries = parse_consul_instances(all);
  ASSERT_FALSE(entries);
  EXPECT_EQ(entries.error().what, "has more than 4096 instances");
}

}  // namespace
}  // namespace duplexd::test
