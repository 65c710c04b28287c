#pragma once

#include "core/net/address/address.hpp"

#include <atomic>
#include <cstdint>

namespace duplexd {

/// What tables find a source address by. Salted at random, so nobody can choose addresses that meet in one
/// place. Safe from any thread.
class SourceHash {
 public:
  /// IPv6 addresses are one source by their first `ipv6_prefix` bits.
  explicit SourceHash(unsigned ipv6_prefix);

  /// IPv4 addresses are found as before, and IPv6 addresses by so many bits.
  void set_ipv6_prefix(unsigned bits) noexcept { ipv6_prefix_.store(bits, std::memory_order_relaxed); }
  /// Of an address that is_ip().
  std::uint64_t operator()(const PeerAddress& source) const noexcept;

  /// Every bit of `x` reaches every bit of the result.
  static std::uint64_t mix(std::uint64_t x) noexcept;

 private:
  std::atomic<unsigned> ipv6_prefix_;
  const std::uint64_t salt_[2];
};

}  // namespace duplexd
