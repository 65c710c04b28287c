#include "daemon/metrics/source_ports.hpp"

#include "core/net/address/address_text.hpp"

#include <algorithm>
#include <optional>

namespace duplexd {

namespace {

using namespace std::chrono_literals;

constexpr auto between_looks = 10s;
constexpr int least_pause = 200;  // for each look that takes one; half a percent of a core

using Source = std::optional<PeerAddress>;  ///< none: the kernel chooses

std::vector<Source> sources_of(const UpstreamReport& upstream) {
  std::vector<Source> sources;
  for (const SocketAddress& each : upstream.dialled_from) sources.emplace_back(each);
  if (sources.empty()) sources.emplace_back();
  return sources;
}

std::vector<PeerAddress> addresses_of(const EndpointReport& endpoint, const Source& source) {
  std::vector<PeerAddress> addresses;
  for (const AddressReport& each : endpoint.addresses) {
    const PeerAddress address(each.address);
    if (address.is_ip() && (!source || source->family() == address.family())) addresses.push_back(address);
  }
  return addresses;
}

std::size_t most_ports(std::span<const PortUse> uses, const Source& source,
                       std::span<const PeerAddress> destinations) {
  std::size_t most = 0;
  for (const PeerAddress& each : destinations) {
    for (const PortUse& use : uses_of(uses, each))
      if (!source || source->ip() == use.source.ip()) most = std::max(most, use.ports);
  }
  return most;
}

}  // namespace

std::vector<SourcePortFigures> source_port_figures(std::span<const NamedReport> upstreams,
                                                   std::span<const PortUse> uses, std::uint64_t ports) {
  std::vector<SourcePortFigures> figures;
  for (const auto& [name, upstream] : upstreams) {
    if (upstream.dialled_as_client) continue;
    for (const EndpointReport& endpoint : upstream.endpoints) {
      for (const Source& source : sources_of(upstream)) {
        const auto addresses = addresses_of(endpoint, source);
        if (addresses.empty()) continue;
        figures.push_back({name,
                           endpoint.name,
                           source ? ip_to_string(source->ip()) : "",
                           {most_ports(uses, source, addresses), ports}});
      }
    }
  }
  return figures;
}

const std::vector<PortUse>& SourcePortLook::uses(std::span<const NamedReport> upstreams) {
  const auto now = std::chrono::steady_clock::now();
  if (now < next_) return uses_;
  std::vector<PeerAddress> destinations;
  for (const auto& [name, upstream] : upstreams) {
    for (const EndpointReport& endpoint : upstream.endpoints)
      for (const AddressReport& each : endpoint.addresses) destinations.emplace_back(each.address);
  }
  uses_ = ports_in_use(destinations);
  const auto end = std::chrono::steady_clock::now();
  next_ = end + std::max<std::chrono::steady_clock::duration>(between_looks, least_pause * (end - now));
  return uses_;
}

}  // namespace duplexd
