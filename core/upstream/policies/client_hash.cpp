#include "core/upstream/policies/client_hash.hpp"

#include "core/upstream/policies/mix.hpp"

#include <algorithm>

namespace duplexd {
namespace {

// IPv4 addresses are IPv4-mapped: 96 bits stand before them.
unsigned bits_of(const PeerAddress& address, const HashConfig& rules) noexcept {
  return address.family() == PeerAddress::Family::inet ? 96 + rules.ipv4_prefix : rules.ipv6_prefix;
}

std::uint8_t leading(std::uint8_t byte, unsigned bits) noexcept {
  return static_cast<std::uint8_t>(byte & (0xff00U >> std::min(bits, 8U)));
}

}  // namespace

std::optional<HashConfig> hash_rules(const UpstreamConfig& config) noexcept {
  HashConfig rules = config.hash;
  switch (config.balance) {
    case Balance::source_hash:
      rules.key = HashConfig::Key::source;
      return rules;
    case Balance::consistent_hash:
      return rules;
    default:
      return std::nullopt;
  }
}

std::uint64_t hash_of(const PeerAddress& address, const HashConfig& rules) noexcept {
  const bool with_port = rules.key == HashConfig::Key::destination;
  std::uint64_t hash = with_port ? address.port() : 0;
  unsigned left = bits_of(address, rules);
  for (const std::uint8_t byte : address.ip()) {
    hash = mix(hash ^ leading(byte, left));
    left -= std::min(left, 8U);
  }
  return hash;
}

}  // namespace duplexd
