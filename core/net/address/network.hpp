#pragma once

#include "core/net/address/address.hpp"
#include "core/net/address/parsed.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace duplexd {

/// A block of addresses in CIDR notation (RFC 4632): first and last address, both inside. IPv4 is held as
/// IPv4-mapped IPv6, so that one comparison serves both families and a mapped client matches an IPv4 block.
struct Network {
  PeerAddress::Bytes first{};
  PeerAddress::Bytes last{};

  /// "10.0.0.0/8", "2001:db8::/32", or an address alone. Bits set behind the prefix are an error that
  /// suggests a block.
  static Parsed<Network> parse(std::string_view text);
  std::string to_string() const;
  friend bool operator==(const Network&, const Network&) = default;
};

/// An immutable set of networks: O(log n) to ask, no allocation when asked. Safe to share between threads.
/// A block of IPv6 that spans the IPv4-mapped ones, such as ::/0, does not hold IPv4 here.
class NetworkSet {
 public:
  NetworkSet() = default;
  explicit NetworkSet(const std::vector<Network>& networks);

  bool empty() const noexcept { return ranges_.empty(); }
  /// The blocks, sorted; those that overlapped are one, which may have no prefix.
  const std::vector<Network>& networks() const noexcept { return ranges_; }
  bool contains(const PeerAddress::Bytes& ip) const noexcept;
  /// Whether each block of `other` lies within one of these.
  bool contains(const NetworkSet& other) const noexcept;
  friend bool operator==(const NetworkSet&, const NetworkSet&) = default;

 private:
  bool covers(const Network& block) const noexcept;

  std::vector<Network> ranges_;  // sorted and disjoint
};

}  // namespace duplexd
