#include "daemon/process_log.hpp"

#include <gtest/gtest.h>

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

}  // namespace
}  // namespace duplexd
