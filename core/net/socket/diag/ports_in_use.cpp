#include "core/net/socket/diag/ports_in_use.hpp"

#include "core/net/address/address_text.hpp"
#include "core/net/socket/diag/socket_diag.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <set>
#include <utility>

namespace duplexd {
namespace {

constexpr std::uint32_t with_two_ends = 1U << TCP_ESTABLISHED | 1U << TCP_SYN_SENT | 1U << TCP_FIN_WAIT1 |
                                        1U << TCP_FIN_WAIT2 | 1U << TCP_TIME_WAIT | 1U << TCP_CLOSE_WAIT |
                                        1U << TCP_LAST_ACK | 1U << TCP_CLOSING;

using Ip = PeerAddress::Bytes;
using End = std::pair<Ip, std::uint16_t>;

PeerAddress at_port(const Ip& ip, std::uint16_t port) { return PeerAddress(socket_address(ip, port, 0)); }

std::set<End> set_of_ends(std::span<const PeerAddress> addresses) {
  std::set<End> ends;
  for (const PeerAddress& each : addresses) ends.emplace(each.ip(), each.port());
  return ends;
}

}  // namespace

std::vector<PortUse> ports_in_use(std::span<const PeerAddress> destinations) {
  const std::set<End> wanted = set_of_ends(destinations);
  std::map<std::pair<End, Ip>, std::size_t> counts;
  visit_tcp_sockets(with_two_ends, [&](const nlmsghdr& message) {
    const inet_diag_msg& told = socket_told_by(message);
    const End to{ip_told(told.idiag_family, told.id.idiag_dst), ntohs(told.id.idiag_dport)};
    if (wanted.contains(to)) ++counts[{to, ip_told(told.idiag_family, told.id.idiag_src)}];
  });
  std::vector<PortUse> uses;
  for (const auto& [pair, ports] : counts)
    uses.push_back({at_port(pair.second, 0), at_port(pair.first.first, pair.first.second), ports});
  return uses;
}

std::span<const PortUse> uses_of(std::span<const PortUse> all, const PeerAddress& destination) {
  const auto end_of = [](const PortUse& use) { return End{use.destination.ip(), use.destination.port()}; };
  const End wanted{destination.ip(), destination.port()};
  return {std::ranges::lower_bound(all, wanted, {}, end_of),
          std::ranges::upper_bound(all, wanted, {}, end_of)};
}

}  // namespace duplexd
