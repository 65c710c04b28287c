// Addresses that exclude each other.
#include "tests/unit/config/config_text.hpp"

namespace duplexd {
namespace {

TEST(Addresses, AddressBoundTwiceIsRefused) {
  const std::string upstream = "\nupstreams: {u: {endpoints: \"h:1\"}}";
  const auto bound = [&](std::string_view a, std::string_view b) {
    return problem("listeners:\n  a: {upstream: u, bind: \"" + std::string(a) +
                   "\"}\n  b: {upstream: u, bind: \"" + std::string(b) + "\"}" + upstream);
  };
  const auto twice = [](std::string_view address) {
    return "3:26: listeners.b.bind: '" + std::string(address) + "' is bound already, at test.yaml:2:26";
  };
  EXPECT_EQ(bound("0.0.0.0:80", "0.0.0.0:80"), twice("0.0.0.0:80"));
  EXPECT_EQ(bound("10.0.0.1:1-100", "10.0.0.1:100"), twice("10.0.0.1:100"));
  EXPECT_EQ(bound("[::]:80", ":80"), twice(":80"));
  EXPECT_EQ(bound(":80", "0.0.0.0:80"), twice("0.0.0.0:80"));
  EXPECT_EQ(bound("*:80", "0.0.0.0:80"), twice("0.0.0.0:80"));
  EXPECT_EQ(bound("unix:/run/a", "unix:/run/a"), twice("unix:/run/a"));
  EXPECT_EQ(bound("systemd:web", "systemd:web"), twice("systemd:web"));
  EXPECT_EQ(bound("0.0.0.0:80", "[::]:80"), "");
  EXPECT_EQ(bound("0.0.0.0:80", "127.0.0.1:80"), "");
  EXPECT_EQ(bound("127.0.0.1:0", "127.0.0.1:0"), "");
}

TEST(Addresses, EndpointsAreUniqueAndMatchSource) {
  EXPECT_EQ(
      problem("listeners: {a: {bind: \":80\", upstream: u}}\nupstreams:\n  u:\n    endpoints: [\"h:1\", "
              "\"h:1\", \"[::1]:1\", \"unix:/x\", 10.0.0.1:1]\n    endpoint: {source: [10.0.0.2]}"),
      "4:24: upstreams.u.endpoints: 'h:1' is here twice; give it a higher weight instead\n"
      "4:31: upstreams.u.endpoints: '[::1]:1' cannot be dialled: no address in upstreams.u.endpoint.source "
      "is "
      "IPv6");
}

}  // namespace
}  // namespace duplexd
