// The rule of listening: whatever can be opened by a process that starts can be opened by a reload from
// anything else.
#include "core/config/loader.hpp"
#include "core/net/address/claim.hpp"
#include "core/net/socket/socket_calls.hpp"
#include "core/net/socket/stream.hpp"
#include "core/reload/sockets/listening.hpp"
#include "tests/support/directory.hpp"
#include "tests/support/private_network.hpp"
#include "tests/support/volume.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace duplexd::test {
namespace {

constexpr unsigned workers = 2;
constexpr std::uint16_t lowest_port = 7200;

/// Random sets of binds, several listeners each, that the reader of configurations takes.
class BindSets {
 public:
  explicit BindSets(std::uint_fast32_t seed) : random_(seed) {}

  std::shared_ptr<const Config> next() {
    for (;;) {
      const LoadedConfig loaded = parse_config(text(), "test.yaml", [](auto) { return std::nullopt; });
      if (loaded.config) return loaded.config;
    }
  }
  std::size_t below(std::size_t count) { return random_() % count; }

 private:
  std::string text() {
    std::string text = "upstreams: {u: {endpoints: ['127.0.0.1:1']}}\nlisteners:\n";
    for (std::size_t i = 0, count = 1 + below(3); i < count; ++i) {
      text += fmt::format("  l{}: {{upstream: u, bind: [", i);
      for (std::size_t bind = 0, binds = 1 + below(3); bind < binds; ++bind)
        text += fmt::format("'{}', ", one());
      text += "]}\n";
    }
    return text;
  }

  std::string one() {
    const auto first = lowest_port + below(3), last = first + below(3);
    switch (below(10)) {
      case 0:
        return fmt::format("unix:{}", directory_.path(below(2) ? "a" : "b"));
      case 1:
        return fmt::format("unix:@duplexd-bind-sets-{}-{}", ::getpid(), below(2));
      case 2:
        return fmt::format("127.0.0.1:{}-{}", first, last);
      case 3:
        return fmt::format("0.0.0.0:{}-{}", first, last);
      default:
        constexpr const char* hosts[] = {"127.0.0.1", "127.0.0.2", "0.0.0.0", "[::1]", "[::]", ""};
        return fmt::format("{}:{}", hosts[below(std::size(hosts))], first);
    }
  }

  const TemporaryDirectory directory_;
  std::mt19937 random_;
};

std::string texts(const Config& config) {
  std::string all;
  for (const ListenerConfig& listener : config.listeners) {
    for (const BindAddress& bind : listener.bind) all += bind.to_string() + " ";
  }
  return all;
}

OpenAddresses opened(const Config& config, const OpenAddresses& current, const std::string& from) {
  auto result = open_addresses(config, workers, current, {});
  EXPECT_TRUE(result) << result.error().what << "\nfrom " << from << "\nto " << texts(config);
  if (!result) return {};
  EXPECT_TRUE(configure_addresses(config, *result));
  return *std::move(result);
}

/// A client of `address` arrives at the sockets that are for this address only.
void expect_own_clients(const OpenAddress& open) {
  const FileDescriptor client(::socket(open.address.family(), SOCK_STREAM | SOCK_CLOEXEC, 0));
  ASSERT_EQ(::connect(client.get(), open.address.data(), open.address.size()), 0);
  const bool arrived = std::ranges::any_of(open.opened.sockets, [](const FileDescriptor& socket) {
    return static_cast<bool>(FileDescriptor(::accept4(socket.get(), nullptr, nullptr, SOCK_CLOEXEC)));
  });
  EXPECT_TRUE(arrived) << open.address.to_string();
}

void expect_own_clients(const OpenAddresses& addresses) {
  for (const auto& row : addresses) {
    for (const auto& open : row) {
      if (open->address != SocketAddress::any(open->address.family(), open->address.port()))
        expect_own_clients(*open);
    }
  }
}

TEST(BindSets, WhateverStartsCanBeReloadedTo) {
  const std::size_t pairs = scaled(3'000);
  constexpr std::uint_fast32_t seed = 20'261'125;
  std::cout << pairs << " pairs, seed " << seed << '\n';
  const bool ran = on_private_network([&] {
    BindSets sets(seed);
    OpenAddresses current;
    std::string from = "nothing";
    for (std::size_t pair = 0; pair < pairs && !testing::Test::HasFailure(); ++pair) {
      const auto config = sets.next();
      OpenAddresses next = opened(*config, current, from);
      current = std::move(next);
      from = texts(*config);
      expect_own_clients(current);
    }
  });
  if (!ran) GTEST_SKIP() << "this user may not make a network";
}

FileDescriptor stranger_at(const SocketAddress& address) {
  auto socket = new_socket(address.family());
  for (const int option : {SO_REUSEADDR, SO_REUSEPORT})
    EXPECT_FALSE(set_option(*socket, SOL_SOCKET, option, 1));
  EXPECT_FALSE(bind_to(*socket, address));
  EXPECT_FALSE(listen_on(*socket, 1));
  return *std::move(socket);
}

// Its socket allows sharing, as those of another duplexd of this user do.
TEST(BindSets, StrangerRefusesReloadsAndStarts) {
  const std::size_t pairs = scaled(1'000);
  constexpr const char* hosts[] = {"127.0.0.1", "127.0.0.2", "0.0.0.0", "[::1]"};
  const bool ran = on_private_network([&] {
    BindSets sets(7);
    std::size_t refused = 0;
    for (std::size_t pair = 0; pair < pairs && !testing::Test::HasFailure(); ++pair) {
      const auto config = sets.next();
      const auto at =
          *SocketAddress::parse(fmt::format("{}:{}", hosts[sets.below(4)], lowest_port + sets.below(3)));
      const auto before = sets.next();
      const OpenAddresses current = opened(*before, {}, "nothing");
      const auto overlapping = [&](const BindAddress& bind) { return overlap(claim_of(bind), {at, false}); };
      const auto any_overlaps = [&](const Config& one) {
        return std::ranges::any_of(one.listeners, [&](const ListenerConfig& listener) {
          return std::ranges::any_of(listener.bind, overlapping);
        });
      };
      if (any_overlaps(*before)) continue;
      const FileDescriptor stranger = stranger_at(at);
      const auto result = open_addresses(*config, workers, current, {});
      EXPECT_EQ(result.has_value(), !any_overlaps(*config)) << at.to_string() << " " << texts(*config);
      if (result) continue;
      ++refused;
      const std::string culprit =
          fmt::format("(a process of user {} listens on {})", ::geteuid(), at.to_string());
      EXPECT_NE(result.error().what.find(culprit), std::string::npos) << result.error().what;
    }
    EXPECT_GT(refused, pairs / 10);
  });
  if (!ran) GTEST_SKIP() << "this user may not make a network";
}

}  // namespace
}  // namespace duplexd::test
