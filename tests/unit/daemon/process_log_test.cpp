#include "daemon/process_log.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <string>

namespace duplexd {
namespace {

std::vector<ListeningAddress> addresses(std::size_t count) {
  return std::vector<ListeningAddress>(count, {.listener = "web",
                                               .address = *SocketAddress::parse("127.0.0.1:80"),
                                               .inherited = false,
                                               .sockets = {}});
}

TEST(ProcessLogTest, EveryAddressHasItsLine) {
  const auto lines = listening_lines(addresses(1000));
  ASSERT_EQ(lines.size(), 1000u);
  EXPECT_EQ(lines.back().find("address"), "127.0.0.1:80");
  EXPECT_FALSE(lines.back().find("more"));
}

TEST(ProcessLogTest, FloodOfAddressesIsSummedUp) {
  const auto lines = listening_lines(addresses(3000));
  ASSERT_EQ(lines.size(), 1001u);
  EXPECT_EQ(lines.back().kind(), EventKind::listening);
  EXPECT_EQ(lines.back().find("more"), "2000");
  EXPECT_FALSE(lines.back().find("address"));
}

TEST(ProcessLogTest, ExpiryIsToldInTime) {
  using namespace std::chrono_literals;
  const std::chrono::sys_seconds now = std::chrono::sys_days{2026y / 11 / 26};
  const auto told = [&](std::chrono::seconds left) {
    return tls_lines({}, {{"web", "a.pem", {"a"}, now + left}}, now);
  };
  EXPECT_TRUE(told(21 * 24h).empty());
  ASSERT_EQ(told(21 * 24h - 1s).size(), 1u);
  EXPECT_EQ(told(21 * 24h - 1s)[0].find("days_left"), "20");
  EXPECT_EQ(told(-100h)[0].find("days_left"), "0");
  EXPECT_EQ(told(-24h)[0].find("expires"), "2026-11-25T00:00:00Z");
}

}  // namespace
}  // namespace duplexd
