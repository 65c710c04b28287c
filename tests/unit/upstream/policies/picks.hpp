#pragma once

#include "core/upstream/policies/mix.hpp"
#include "core/upstream/upstream.hpp"
#include "tests/unit/upstream/endpoints.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace duplexd::test {

/// A name in a pool.
struct Named {
  std::string name;
  unsigned weight = 1;
  unsigned addresses = 1;
  std::uint32_t priority = 0;
  std::uint64_t most = EndpointHold::any;
};

/// An upstream with one policy, and many picks from it.
class Picks {
 public:
  static UpstreamConfig with(Balance balance) {
    UpstreamConfig config = Endpoints::plain();
    config.balance = balance;
    return config;
  }
  explicit Picks(Balance balance) : config(with(balance)) {}

  void use(const std::vector<Named>& names) {
    std::vector<Pool::Member> members;
    for (const Named& of : names) {
      for (unsigned i = 0; i < of.addresses; ++i)
        members.push_back(
            member(of, "10.0." + std::to_string(i) + "." + std::to_string(number(of.name)) + ":80"));
    }
    upstream.use(endpoints.pool(Pool::in_order(std::move(members)), config));
  }
  /// Its first address.
  const Endpoint& at(const std::string& name) {
    return endpoints.at(name, "10.0.0." + std::to_string(number(name)) + ":80");
  }
  Pick next() {
    const std::uint64_t turn = upstream.take_turn();
    return {.turn = turn, .hash = mix(turn), .now = now};
  }
  Upstream::Found choose(const Tried& tried = {}) { return upstream.choose(next(), tried); }
  /// The name of the choice; "": none.
  std::string name(const Tried& tried = {}) {
    const PoolMember* const member = choose(tried).member;
    return member ? std::string(member->endpoint->name) : "";
  }
  /// How many of so many picks each name has. Nobody keeps what was chosen.
  std::map<std::string, int> names(int picks, const Tried& tried = {}) {
    std::map<std::string, int> counts;
    for (int i = 0; i < picks; ++i) ++counts[name(tried)];
    return counts;
  }
  std::map<std::string, int> addresses(int picks) {
    std::map<std::string, int> counts;
    for (int i = 0; i < picks; ++i) ++counts[choose().member->endpoint->address.to_string()];
    return counts;
  }

  Endpoints endpoints;
  UpstreamConfig config;
  Upstream upstream{endpoints.shared, 0};
  Millis now = 1;

 private:
  static unsigned number(const std::string& name) { return static_cast<unsigned>(name.back() - 'a') + 1; }
  Pool::Member member(const Named& of, const std::string& address) {
    return {.endpoint = &endpoints.at(of.name, address),
            .weight = of.weight,
            .priority = of.priority,
            .most = of.most,
            .share = static_cast<float>(of.weight) / static_cast<float>(of.addresses)};
  }
};

}  // namespace duplexd::test
