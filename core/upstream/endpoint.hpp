#pragma once

#include "core/metrics/registry.hpp"
#include "core/net/address/address.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace duplexd {

/// An address to dial and what it is called. A host name that has several addresses makes several targets.
struct Target {
  EndpointAccount* account;  ///< of the endpoint as it is configured; outlives every target
  SocketAddress address;
  unsigned weight = 1;

  std::string_view name() const noexcept { return account->name; }
  bool same_place(const Target& other) const noexcept {
    return account == other.account && address == other.address;
  }
  friend bool operator==(const Target&, const Target&) = default;
};

/// One target of an upstream, as one worker knows it. Its address does not change while it lives.
struct Endpoint {
  Endpoint(const Target& from, std::uint32_t worker)
      : target(from), counters(from.account->workers[worker]), peer(from.address) {}

  Target target;
  EndpointCounters& counters;
  const PeerAddress peer;
  int current_weight = 0;      ///< the balancer's
  std::uint32_t sessions = 0;  ///< that have chosen it and have not ended or moved on
  bool removed = false;        ///< the configuration has it no more
};

/// Which endpoints of an upstream a session has tried. In an upstream of more than 64 endpoints several share
/// a bit: none is tried twice, and after 64 attempts the session has tried enough.
class TriedEndpoints {
 public:
  bool contains(std::size_t index) const noexcept { return (bits_ & bit(index)) != 0; }
  void add(std::size_t index) noexcept {
    bits_ |= bit(index);
    ++count_;
  }
  std::uint32_t count() const noexcept { return count_; }

 private:
  static std::uint64_t bit(std::size_t index) noexcept { return std::uint64_t{1} << (index % 64); }

  std::uint64_t bits_ = 0;
  std::uint32_t count_ = 0;
};

}  // namespace duplexd
