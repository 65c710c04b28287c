#pragma once

#include "core/metrics/exposition/figures.hpp"
#include "core/net/socket/diag/ports_in_use.hpp"
#include "core/reload/endpoints/endpoint_report.hpp"

#include <chrono>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace duplexd {

/// An upstream by its name, and what can be told of it.
using NamedReport = std::pair<std::string, UpstreamReport>;

/// Of each source address of each endpoint; where it has more than one address, or the kernel chooses the
/// source, the pair that the fewest ports are left for. None for Unix sockets, and where the client's address
/// is the source. `ports`: for each pair.
std::vector<SourcePortFigures> source_port_figures(std::span<const NamedReport> upstreams,
                                                   std::span<const PortUse> uses, std::uint64_t ports);

/// Asks the kernel, which goes through every TCP connection of the host: at most every ten seconds, and for
/// no more than half a percent of the time.
class SourcePortLook {
 public:
  const std::vector<PortUse>& uses(std::span<const NamedReport> upstreams);

 private:
  std::chrono::steady_clock::time_point next_{};
  std::vector<PortUse> uses_{};
};

}  // namespace duplexd
