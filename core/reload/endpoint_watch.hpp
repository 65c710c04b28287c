#pragma once

#include "core/health/health_monitor.hpp"
#include "core/metrics/events.hpp"
#include "core/reload/endpoints/endpoint_state.hpp"
#include "core/reload/generation.hpp"

#include <boost/asio/io_context.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace duplexd {

/// Has the endpoints checked that are served, tells them what was found, and reports what becomes of them,
/// once each. Used by the control thread.
class EndpointWatch {
 public:
  /// `on_standing` runs when an endpoint has come to take sessions or not. It does not throw.
  /// `control_number` is what events call the control thread.
  EndpointWatch(boost::asio::io_context& control, EventSink& sink, std::uint32_t control_number,
                std::function<void()> on_standing);

  /// Goes over to the checks of what is served now. Without memory std::bad_alloc: some of it is done, and
  /// the next call does the rest.
  void follow(const Generation& served);

  /// What is known of the endpoints that are served; those of whom nothing is are left out.
  std::vector<EndpointState> known(const Generation& served) const;
  /// Goes on from what another process knew of those that are followed, and reports nothing of it.
  void begin_with(const Generation& served, const std::vector<EndpointState>& known);

  /// Reports which endpoints sessions have ejected, and which they use again: workers only write it down.
  /// Notes since when each endpoint has been what it is (Endpoint::seen()).
  void look(const Generation& served);

  bool check_now(const Endpoint& endpoint) { return monitor_.check_now(&endpoint); }
  /// None: it is not checked.
  std::optional<CheckState> state(const Endpoint& endpoint) const { return monitor_.state(&endpoint); }

 private:
  struct Followed {
    std::shared_ptr<UpstreamAccount> account;
    std::shared_ptr<const Pool> pool;
  };

  void follow(const ServedUpstream& upstream);
  void begin_with(const Endpoint& endpoint, const EndpointState& known);
  void on_checked(const Endpoint& endpoint, bool up, std::string_view words) noexcept;
  void report_ejection(std::string_view upstream, const Endpoint& endpoint, bool ejected) noexcept;
  std::string_view upstream_of(const Endpoint& endpoint) const noexcept;

  EventSink& sink_;
  const std::uint32_t number_;
  const std::function<void()> on_standing_;
  std::map<std::string, Followed, std::less<>> followed_;
  std::unordered_set<const Endpoint*> ejected_;
  HealthMonitor monitor_;
};

}  // namespace duplexd
