#include "daemon/metrics/source_ports.hpp"

#include "tests/support/peer.hpp"

#include <gtest/gtest.h>

#include <array>
#include <initializer_list>

namespace duplexd::test {
namespace {

PeerAddress at(const char* text) { return PeerAddress(address_of(text)); }

constexpr std::uint64_t ports = 1000;
const std::array uses{PortUse{at("10.0.0.1:0"), at("10.9.0.1:80"), 400},
                      PortUse{at("10.0.0.2:0"), at("10.9.0.1:80"), 700},
                      PortUse{at("10.0.0.1:0"), at("10.9.0.2:80"), 500}};

NamedReport upstream_to(std::initializer_list<const char*> addresses) {
  EndpointReport endpoint{.name = "db:80"};
  for (const char* each : addresses) endpoint.addresses.push_back({.address = address_of(each)});
  UpstreamReport report;
  report.endpoints.push_back(endpoint);
  return {"pool", report};
}

std::vector<SourcePortFigures> figures_of(const NamedReport& upstream) {
  return source_port_figures(std::span(&upstream, 1), uses, ports);
}

TEST(SourcePorts, FullestPairCounts) {
  const auto figures = figures_of(upstream_to({"10.9.0.1:80", "10.9.0.2:80"}));
  ASSERT_EQ(figures.size(), 1u);
  EXPECT_EQ(figures[0].upstream, "pool");
  EXPECT_EQ(figures[0].endpoint, "db:80");
  EXPECT_EQ(figures[0].source, "");
  EXPECT_EQ(figures[0].ports.used, 700u);
  EXPECT_EQ(figures[0].ports.limit, ports);
}

TEST(SourcePorts, EachConfiguredSourceHasItsOwn) {
  auto upstream = upstream_to({"10.9.0.1:80", "10.9.0.2:80"});
  upstream.second.dialled_from = {address_of("10.0.0.1:0"), address_of("10.0.0.2:0"),
                                  address_of("[2001:db8::1]:0")};
  const auto figures = figures_of(upstream);
  ASSERT_EQ(figures.size(), 2u) << "no address of the endpoint is IPv6";
  EXPECT_EQ(figures[0].source, "10.0.0.1");
  EXPECT_EQ(figures[0].ports.used, 500u);
  EXPECT_EQ(figures[1].source, "10.0.0.2");
  EXPECT_EQ(figures[1].ports.used, 700u);
}

TEST(SourcePorts, UnixSocketHasNone) { EXPECT_TRUE(figures_of(upstream_to({"unix:/run/db"})).empty()); }

TEST(SourcePorts, ClientsAddressHasNone) {
  auto upstream = upstream_to({"10.9.0.1:80"});
  upstream.second.dialled_as_client = true;
  EXPECT_TRUE(figures_of(upstream).empty());
}

TEST(SourcePortLookTest, KernelIsAskedSeldom) {
  Backend backend;
  const auto one = Peer::connect(backend.address());
  const std::vector upstreams{upstream_to({backend.address().to_string().c_str()})};
  SourcePortLook look;
  ASSERT_EQ(look.uses(upstreams).size(), 1u);
  EXPECT_EQ(look.uses(upstreams)[0].ports, 1u);
  const auto two = Peer::connect(backend.address());
  EXPECT_EQ(look.uses(upstreams)[0].ports, 1u) << "of the look before";
  EXPECT_EQ(SourcePortLook().uses(upstreams)[0].ports, 2u);
}

}  // namespace
}  // namespace duplexd::test
