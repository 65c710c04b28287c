#pragma once

#include "core/health/health_monitor.hpp"
#include "core/net/address/address.hpp"
#include "core/upstream/endpoint.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>

namespace duplexd {

/// What a process knows of one address of an endpoint, for another process of this host that goes on with it:
/// without it, that one sends clients to endpoints until it has found out again that they are down. Dates are
/// of the system clock, since its beginning; what is in Millis is of the steady clock, as all processes have
/// it.
struct EndpointState {
  using Microseconds = std::chrono::microseconds;

  /// What its checks have found. There has been one.
  struct Check {
    bool up = true;
    std::uint32_t against = 0;  ///< results in a row that contradict it
    Microseconds since{0};
    bool passed = true;  ///< the last one, and what follows
    std::string words{};
    Microseconds took{0};
    Microseconds at{0};
    bool operator==(const Check&) const = default;
  };

  std::string upstream{};
  std::string endpoint{};  ///< its name
  SocketAddress address{};
  Microseconds since{0};  ///< when it came to the standing that it has
  Millis up_since = 0;    ///< for slow start; 0: from the beginning
  std::optional<Check> check{};
  Trust::State trust{};

  /// What tells endpoints apart.
  using Key = std::tuple<std::string_view, std::string_view, std::string>;
  Key key() const { return {upstream, endpoint, address.to_string()}; }

  bool says_something() const noexcept { return check || up_since != 0 || trust != Trust::State{}; }

  /// As a monitor begins with it; none: there was no check.
  std::optional<CheckState> check_state() const;
};

EndpointState::Key key_of(std::string_view upstream, const Endpoint& endpoint);
EndpointState state_of(std::string_view upstream, const Endpoint& endpoint,
                       const std::optional<CheckState>& check);

}  // namespace duplexd
