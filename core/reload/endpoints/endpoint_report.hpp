#pragma once

#include "core/health/health_monitor.hpp"
#include "core/metrics/totals.hpp"
#include "core/net/address/address.hpp"
#include "core/reload/discovery/endpoint_source.hpp"
#include "core/reload/endpoints/orders.hpp"
#include "core/upstream/standing.hpp"

#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace duplexd {

class Endpoint;
struct ServedUpstream;

/// The last check of an endpoint; none: there was none.
using LastCheckOf = std::function<std::optional<LastCheck>(const Endpoint&)>;

/// One address of an endpoint.
struct AddressReport {
  SocketAddress address;
  Standing standing{};
  std::chrono::system_clock::time_point since{};
  std::string why{};  ///< it does not take sessions; "": it does
  std::uint64_t live = 0;
  std::chrono::microseconds usual_connect{0};  ///< 0: nothing has connected yet
  std::optional<std::chrono::system_clock::time_point> ejected_until{};
  std::optional<LastCheck> last_check{};
};

/// An endpoint as it is configured, what the operator wants of it, and what there is to dial for it.
struct EndpointReport {
  std::string name;
  Order order{};
  unsigned weight = 0;             ///< in force
  unsigned configured_weight = 0;  ///< which the operator's may replace
  unsigned priority = 0;
  bool backup = false;
  std::size_t max_sessions = 0;  ///< at each address; 0: any number
  Totals::Endpoint totals{};
  std::vector<AddressReport> addresses{};
  std::string_view resolve_failure{};  ///< of the last look-up of its host; "": none
  std::chrono::system_clock::time_point resolve_failed{};
};

struct UpstreamReport {
  std::size_t waiting = 0;  ///< sessions, for an endpoint with room
  std::vector<EndpointReport> endpoints{};
  std::vector<SourceReport> sources{};        ///< that some of them are from
  std::vector<SocketAddress> dialled_from{};  ///< none: the kernel chooses, or
  bool dialled_as_client = false;             ///< the client's address is the source
};

/// What can be told of an upstream now.
UpstreamReport report_of(const ServedUpstream& upstream, const LastCheckOf& last_check);

}  // namespace duplexd
