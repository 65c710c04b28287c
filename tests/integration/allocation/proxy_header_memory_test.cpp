#include "core/net/proxy_header/proxy_introduction.hpp"
#include "tests/integration/allocation/heap_counter.hpp"

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <cstdint>
#include <span>

namespace duplexd::test {
namespace {

/// Writes a header and reads it, and writes what it has read.
bool there_and_back(ProxyVersion version, const ProxyIntroduction& client) {
  std::array<std::byte, 1024> first{}, second{};
  const auto size = write_proxy_header(version, client, first);
  const auto reading = read_proxy_header(std::span(first).first(size), first.size());
  const ProxyIntroduction again{.source = reading.header.source,
                                .destination = reading.header.destination,
                                .received = reading.header.tlvs,
                                .checksum = client.checksum};
  return reading.state == ProxyReading::State::header && write_proxy_header(version, again, second) == size;
}

TEST(ProxyHeaderMemory, NeitherReadingNorWritingAllocates) {
  if (!heap_is_counted) GTEST_SKIP() << "a sanitizer has the heap";
  ProxyIntroduction client{.source = *SocketAddress::parse("[2001:db8::1]:51234"),
                           .destination = *SocketAddress::parse("192.0.2.1:443"),
                           .unique_id = "0123456789abcdef0123456789abcdef",
                           .authority = "a-name-that-fits-no-short-string.test",
                           .ssl = ProxySsl{.version = "TLSv1.3", .cipher = "TLS_AES_256_GCM_SHA384"},
                           .checksum = true};
  std::atomic<std::uint64_t> allocations{0};
  count_allocations(&allocations);
  const bool v2 = there_and_back(ProxyVersion::v2, client);
  const bool v1 = there_and_back(ProxyVersion::v1, client);
  count_allocations(nullptr);
  EXPECT_TRUE(v1 && v2);
  EXPECT_EQ(allocations, 0u);
}

}  // namespace
}  // namespace duplexd::test
