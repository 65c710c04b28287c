#include "core/net/tunnel/tunnel.hpp"

#include "tests/unit/net/tunnel/talking.hpp"

#include <gtest/gtest.h>

#include <utility>

namespace duplexd {
namespace {
using namespace std::string_literals;
using namespace std::string_view_literals;

std::pair<std::string, unsigned> target_named(std::string_view endpoint) {
  const auto [host, port] = tunnel_target(endpoint, 7);
  return {std::string(host), port};
}

TEST(TunnelTest, TargetIsTheEndpointsName) {
  EXPECT_EQ(target_named("db.internal:5432"), std::pair("db.internal"s, 5432u));
  EXPECT_EQ(target_named("10.0.0.11:80"), std::pair("10.0.0.11"s, 80u));
  EXPECT_EQ(target_named("[2001:db8::1]:443"), std::pair("2001:db8::1"s, 443u));
}

TEST(TunnelTest, StarIsThePortOfClients) {
  EXPECT_EQ(target_named("db.internal:*"), std::pair("db.internal"s, 7u));
  EXPECT_EQ(target_named("[::1]:*"), std::pair("::1"s, 7u));
}

TEST(TunnelTest, WordsAreCutAndPrintable) {
  std::array<char, 8> into;
  EXPECT_EQ(write_words(TunnelProtocol::connect, {.words = "it\nis too long"}, into), "it?is to");
}

}  // namespace
}  // namespace duplexd
