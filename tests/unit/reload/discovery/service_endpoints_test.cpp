#include "core/reload/discovery/service_endpoints.hpp"

#include <gtest/gtest.h>

namespace duplexd {
namespace {

const EndpointConfig service{.name = "srv:_pg._tcp.test", .address = ServiceName{"_pg._tcp.test"}};

ServiceTarget target(std::string host, std::uint16_t weight = 1, std::uint16_t priority = 0) {
  return {std::move(host), 5432, priority, weight};
}

std::vector<std::string> names_of(const std::vector<EndpointConfig>& endpoints) {
  std::vector<std::string> names;
  for (const auto& endpoint : endpoints) names.push_back(endpoint.name);
  return names;
}

TEST(ServiceEndpointsTest, TargetsBecomeHostsAndPorts) {
  const auto endpoints = endpoints_of(service, {target("a.test"), target("b.test.")});
  ASSERT_EQ(names_of(endpoints), (std::vector<std::string>{"a.test:5432", "b.test:5432"}));
  EXPECT_EQ(endpoints[1].address, EndpointAddress(HostPort{"b.test", 5432}));
  EXPECT_EQ(endpoints[1].origin, EndpointOrigin::service);
}

TEST(ServiceEndpointsTest, WeightsKeepTheirProportions) {
  const auto small = endpoints_of(service, {target("a.test", 0), target("b.test", 7)});
  EXPECT_EQ(small[0].weight, 1u) << "0 is a small weight, not none";
  EXPECT_EQ(small[1].weight, 7u);
  const auto large =
      endpoints_of(service, {target("a.test", 1), target("b.test", 32767), target("c.test", 65534)});
  EXPECT_EQ(large[0].weight, 1u);
  EXPECT_EQ(large[1].weight, 500u);
  EXPECT_EQ(large[2].weight, 1000u);
}

TEST(ServiceEndpointsTest, PrioritiesAreCounted) {
  EndpointConfig second = service;
  second.priority = 1;
  const auto endpoints =
      endpoints_of(second, {target("c.test", 1, 65535), target("a.test", 1, 10), target("b.test", 1, 10)});
  EXPECT_EQ(names_of(endpoints), (std::vector<std::string>{"a.test:5432", "b.test:5432", "c.test:5432"}));
  EXPECT_EQ(endpoints[0].priority, 1u);
  EXPECT_EQ(endpoints[1].priority, 1u);
  EXPECT_EQ(endpoints[2].priority, 2u);
}

TEST(ServiceEndpointsTest, UnusableTargetsAreLeftOut) {
  const ServiceTarget no_port{"a.test", 0, 0, 1};
  EXPECT_EQ(
      names_of(endpoints_of(service, {no_port, target("not a name"), target("b.test"), target("b.test", 5)})),
      std::vector<std::string>{"b.test:5432"});
}

TEST(ServiceEndpointsTest, QuestionsAreAboutNamesOnly) {
  EXPECT_EQ(question_about(HostPort{"a.test", 80}), "a.test");
  EXPECT_EQ(question_about(ServiceName{"_pg._tcp.test"}), "srv:_pg._tcp.test");
  EXPECT_EQ(question_about(SocketAddress()), "");
}

}  // namespace
}  // namespace duplexd
