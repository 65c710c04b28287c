#include "core/net/address/network.hpp"

#include "core/net/address/address_text.hpp"
#include "core/net/address/decimal.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <optional>

namespace duplexd {
namespace {

constexpr unsigned address_bits = 128;
constexpr unsigned mapped_bits = 96;

constexpr Network mapped{{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff},
                         {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}};

/// Sets (or clears) all bits behind the first `prefix`.
PeerAddress::Bytes with_tail(PeerAddress::Bytes ip, unsigned prefix, bool ones) {
  for (unsigned i = 0; i < ip.size(); ++i) {
    const unsigned kept = std::clamp(prefix, i * 8, i * 8 + 8) - i * 8;
    const auto tail = static_cast<std::uint8_t>(0xff >> kept);
    ip[i] = static_cast<std::uint8_t>(ones ? ip[i] | tail : ip[i] & ~tail);
  }
  return ip;
}

unsigned common_prefix(const Network& network) {
  for (unsigned i = 0; i < network.first.size(); ++i) {
    const auto differing = static_cast<std::uint8_t>(network.first[i] ^ network.last[i]);
    if (differing != 0) return i * 8 + static_cast<unsigned>(std::countl_zero(differing));
  }
  return address_bits;
}

std::optional<unsigned> parse_prefix(std::string_view text, unsigned most) {
  const auto prefix = parse_decimal(text);
  if (!prefix || *prefix > most) return std::nullopt;
  return static_cast<unsigned>(*prefix);
}

/// Adds `network`, a wider block of IPv6 without its IPv4-mapped addresses, because ::/0 beside 0.0.0.0/0
/// means IPv6 only.
void append_without_mapped(const Network& network, std::vector<Network>& to) {
  if (network.first >= mapped.first || network.last < mapped.last) return to.push_back(network);
  Network below = network;
  below.last = mapped.first;
  below.last[11] = 0xfe;
  std::fill(below.last.begin() + 12, below.last.end(), std::uint8_t{0xff});
  to.push_back(below);
  Network above = network;
  above.first = {0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
  if (above.first <= above.last) to.push_back(above);
}

}  // namespace

Parsed<Network> Network::parse(std::string_view text) {
  const auto slash = text.find('/');
  const auto ip = parse_ip(text.substr(0, slash));
  if (!ip)
    return ParseError{fmt::format("{} is no network: write '10.0.0.0/8' or '2001:db8::/32'", quoted(text))};
  if (slash == text.npos) return Network{*ip, *ip};

  const bool ipv4 = text.find(':') == text.npos;
  const unsigned most = ipv4 ? address_bits - mapped_bits : address_bits;
  const auto length = parse_prefix(text.substr(slash + 1), most);
  if (!length)
    return ParseError{fmt::format("{} has no valid prefix: '/' is followed by a number up to {}{}",
                                  quoted(text), most, zeros_hint(text.substr(slash + 1)))};

  const unsigned prefix = *length + (ipv4 ? mapped_bits : 0);
  const Network network{with_tail(*ip, prefix, false), with_tail(*ip, prefix, true)};
  if (network.first != *ip)
    return ParseError{
        fmt::format("'{}' has bits set behind the prefix: the block is '{}'", text, network.to_string())};
  return network;
}

std::string Network::to_string() const {
  const unsigned prefix = common_prefix(*this);
  const unsigned offset = is_ipv4_mapped(first) && prefix >= mapped_bits ? mapped_bits : 0;
  if (prefix == address_bits) return ip_to_string(first);
  return fmt::format("{}/{}", ip_to_string(first), prefix - offset);
}

NetworkSet::NetworkSet(const std::vector<Network>& networks) {
  std::vector<Network> parts;
  for (const auto& network : networks) append_without_mapped(network, parts);
  std::sort(parts.begin(), parts.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  for (const auto& part : parts) {
    if (ranges_.empty() || ranges_.back().last < part.first)
      ranges_.push_back(part);
    else
      ranges_.back().last = std::max(ranges_.back().last, part.last);
  }
}

bool NetworkSet::contains(const PeerAddress::Bytes& ip) const noexcept { return covers({ip, ip}); }

bool NetworkSet::contains(const NetworkSet& other) const noexcept {
  return std::ranges::all_of(other.ranges_, [this](const Network& range) { return covers(range); });
}

bool NetworkSet::covers(const Network& block) const noexcept {
  const auto after =
      std::upper_bound(ranges_.begin(), ranges_.end(), block.first,
                       [](const auto& value, const Network& range) { return value < range.first; });
  return after != ranges_.begin() && block.last <= std::prev(after)->last;
}

}  // namespace duplexd
