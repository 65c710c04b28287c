#pragma once

#include "core/net/address/address.hpp"
#include "core/net/tunnel/tunnel.hpp"
#include "core/upstream/endpoint.hpp"
#include "core/upstream/policies/candidates.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

namespace duplexd {

/// One attempt to connect to one endpoint. A value of the Connector.
struct Attempt {
  using Clock = std::chrono::steady_clock;

  EndpointHold endpoint{};                 ///< none: there is no attempt any more
  std::optional<SocketAddress> at{};       ///< where the endpoint is, if it does not say
  std::shared_ptr<const Tunnel> tunnel{};  ///< that the endpoint is reached by; null: it is dialled itself
  std::string_view name{};
  PeerAddress peer{};
  std::uint32_t priority = 0;  ///< of the endpoint
  Candidates::Among among{};   ///< which it was found in
  bool undecided = false;      ///< as far as the endpoint is concerned
  bool on_trial = false;       ///< the endpoint, by this attempt
  bool hurried = false;        ///< another endpoint is better than a long wait
  bool hurried_away = false;   ///< ... and there was one
  bool leads_back = false;
  bool leads_nowhere = false;  ///< nobody led the client here whose destination is to be dialled
  bool may_meet_itself = false;
  bool two_families = false;  ///< of the endpoint's name
  bool outlived = false;      ///< the one beside it has failed: the next is due at once
  Clock::time_point began{};
  Millis since = 0;  ///< the same for Trust

  const SocketAddress& address() const noexcept { return at ? *at : endpoint->address; }

  template <class Duration>
  Duration took() const noexcept {
    return std::chrono::duration_cast<Duration>(Clock::now() - began);
  }
};

}  // namespace duplexd
