#pragma once

#include "core/upstream/upstream_account.hpp"
#include "tests/support/peer.hpp"

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace duplexd::test {

/// The account of an upstream with two workers, and what its pools are made of.
struct Endpoints {
  std::shared_ptr<UpstreamAccount> shared = std::make_shared<UpstreamAccount>("upstream", 2);
  UpstreamAccount& account = *shared;

  /// The endpoint of this name at this address.
  const Endpoint& at(const std::string& name, const SocketAddress& address) {
    return account.endpoints[name]->at(address, account.last_serial);
  }
  const Endpoint& at(const std::string& name, const std::string& address) {
    return at(name, address_of(address));
  }

  /// As most tests want it: one round, and nobody is ejected.
  static UpstreamConfig plain() {
    UpstreamConfig config;
    config.passive.enabled = false;
    config.retry.rounds = 0;
    return config;
  }
  std::shared_ptr<const Pool> pool(std::vector<Pool::Member> members, UpstreamConfig config = plain()) {
    return account.make_pool(std::make_shared<const UpstreamConfig>(std::move(config)), std::move(members));
  }
  /// Members with these weights, called a, b, c and so on.
  std::shared_ptr<const Pool> pool_of_weights(const std::vector<unsigned>& weights,
                                              UpstreamConfig config = plain()) {
    std::vector<Pool::Member> members;
    for (const unsigned weight : weights) {
      const std::string name(1, static_cast<char>('a' + static_cast<char>(members.size() % 26)));
      const auto port = static_cast<std::uint16_t>(members.size() + 1);
      members.push_back(
          {.endpoint = &at(name, loopback(port)), .weight = weight, .share = static_cast<float>(weight)});
    }
    return pool(std::move(members), std::move(config));
  }
  std::shared_ptr<const Pool> pool_of(const std::vector<SocketAddress>& addresses) {
    std::vector<Pool::Member> members;
    for (const SocketAddress& address : addresses)
      members.push_back({.endpoint = &at(address.to_string(), address)});
    return pool(std::move(members));
  }
};

}  // namespace duplexd::test
