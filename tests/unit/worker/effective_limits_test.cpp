#include "core/worker/effective_limits.hpp"

#include "core/control/admin_limits.hpp"
#include "core/memory/buffer_pool.hpp"
#include "core/upstream/dial/beside.hpp"
#include "tests/support/peer.hpp"
#include "tests/unit/descriptor_limit.hpp"

#include <gtest/gtest.h>

namespace duplexd {
namespace {

using test::DescriptorLimit;

/// One worker and one listener of two addresses.
Config small_config() {
  Config config;
  config.workers = 1;
  config.listeners.emplace_back().bind.resize(2);
  return config;
}

/// Without what is spared for pipes.
std::uint64_t reserved(const Config& config) {
  const DescriptorLimit nothing_to_spare(0);
  return effective_limits(config).descriptors_reserved;
}

TEST(LimitsTest, UnlimitedSessionsShareTheRemainingDescriptors) {
  const DescriptorLimit limit(1000);
  const EffectiveLimits limits = effective_limits(small_config());
  EXPECT_EQ(limits.descriptors, 1000u);
  EXPECT_EQ(limits.sessions, (1000 - limits.descriptors_reserved) / 2);
  EXPECT_TRUE(limits.sessions_fit);
}

TEST(LimitsTest, NamesNeedDescriptorsForTwoFamilies) {
  Config config = small_config();
  const std::uint64_t before = reserved(config);
  UpstreamConfig& upstream = config.upstreams.emplace_back();
  upstream.endpoints.push_back({.name = "192.0.2.1:1", .address = test::address_of("192.0.2.1:1")});
  EXPECT_EQ(reserved(config), before);
  upstream.endpoints.push_back({.name = "name:1", .address = HostPort{"name", 1}});
  EXPECT_EQ(reserved(config), before + Beside::most);
  upstream.resolve.attempt_delay = Duration(0);
  EXPECT_EQ(reserved(config), before);
}

TEST(LimitsTest, AdminClientsNeedDescriptors) {
  Config config = small_config();
  const std::uint64_t before = reserved(config);
  config.admin.bind.resize(2);
  EXPECT_EQ(reserved(config), before + 2 * (1 + admin_limits.clients));
}

TEST(LimitsTest, PipesTakeWhatSessionsLeave) {
  const DescriptorLimit limit(1000);
  Config config = small_config();
  const EffectiveLimits limits = effective_limits(config);
  EXPECT_EQ(limits.pipes.pipes, (1000 - reserved(config)) / 16 / 2);
  EXPECT_EQ(limits.descriptors_reserved, reserved(config) + 2 * limits.pipes.pipes);
  config.max_sessions = (1000 - reserved(config)) / 2 - 3;
  EXPECT_EQ(effective_limits(config).pipes.pipes, 3u);
  EXPECT_TRUE(effective_limits(config).sessions_fit);
}

TEST(LimitsTest, WorkersReserveDescriptorsForTheirSockets) {
  Config config = small_config();
  const std::uint64_t one = reserved(config);
  config.workers = 2;
  const std::uint64_t two = reserved(config);
  config.workers = 5;
  EXPECT_EQ(reserved(config), one + 4 * (two - one));
  config.listeners.front().bind.resize(12);
  EXPECT_EQ(reserved(config), one + 4 * (two - one) + 5 * 10);
  config.listeners.emplace_back().bind.resize(1);
  EXPECT_EQ(reserved(config), one + 4 * (two - one) + 5 * 11);
}

TEST(LimitsTest, EachCatalogHasConnection) {
  Config config = small_config();
  const std::uint64_t none = reserved(config);
  config.upstreams.resize(2);
  config.upstreams[0].etcd.enabled = config.upstreams[0].consul.enabled = true;
  config.upstreams[1].consul.enabled = true;
  EXPECT_EQ(reserved(config), none + 3);
}

TEST(LimitsTest, WorkersAreAsConfiguredOrOne) {
  Config config = small_config();
  config.workers = 3;
  EXPECT_EQ(effective_limits(config).workers, 3u);
  config.workers = 0;
  EXPECT_GE(effective_limits(config).workers, 1u);
}

TEST(LimitsTest, SessionsFitToTheLastDescriptor) {
  Config config = small_config();
  config.max_sessions = 100;
  const std::uint64_t needed = reserved(config) + 2 * 100;
  {
    const DescriptorLimit enough(needed);
    EXPECT_EQ(effective_limits(config).sessions, 100u);
    EXPECT_TRUE(effective_limits(config).sessions_fit);
  }
  {
    const DescriptorLimit short_by_one(needed - 1);
    EXPECT_EQ(effective_limits(config).sessions, 100u) << "it is not lowered in silence";
    EXPECT_FALSE(effective_limits(config).sessions_fit);
  }
}

TEST(LimitsTest, TooFewDescriptorsFitNoSession) {
  const Config config = small_config();
  const std::uint64_t base = reserved(config);
  for (const std::uint64_t descriptors : {std::uint64_t{0}, base - 1, base, base + 1}) {
    const DescriptorLimit limit(descriptors);
    const EffectiveLimits limits = effective_limits(config);
    EXPECT_EQ(limits.sessions, 0u) << descriptors;
    EXPECT_FALSE(limits.sessions_fit) << descriptors;
  }
  const DescriptorLimit limit(base + 2);
  EXPECT_EQ(effective_limits(config).sessions, 1u);
  EXPECT_TRUE(effective_limits(config).sessions_fit);
}

TEST(LimitsTest, SessionsCostMostWithTwoBuffers) {
  const EffectiveLimits limits = effective_limits(small_config());
  EXPECT_GT(limits.session_bytes_idle, 0u);
  EXPECT_EQ(limits.session_bytes_most - limits.session_bytes_idle, 2 * BufferPool::buffer_size);
}

}  // namespace
}  // namespace duplexd
