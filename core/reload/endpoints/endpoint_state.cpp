#include "core/reload/endpoints/endpoint_state.hpp"

namespace duplexd {
namespace {

using std::chrono::duration_cast;
using std::chrono::system_clock;

EndpointState::Microseconds date(system_clock::time_point time) {
  return duration_cast<EndpointState::Microseconds>(time.time_since_epoch());
}

using Outcome = CheckResult::Outcome;

// A check that could not be made says nothing, and is the last one for a moment only.
std::optional<EndpointState::Check> check_of(const CheckState& state) {
  if (state.health.health() == Health::unchecked) return std::nullopt;
  EndpointState::Check check{.up = state.health.health() == Health::up,
                             .against = state.health.against(),
                             .since = date(state.since)};
  check.passed = check.up;
  if (!state.last || state.last->result.outcome == Outcome::not_made) return check;
  check.passed = state.last->result.passed();
  check.words = state.last->result.words;
  check.took = state.last->result.took;
  check.at = date(state.last->at);
  return check;
}

}  // namespace

std::optional<CheckState> EndpointState::check_state() const {
  if (!check) return std::nullopt;
  const CheckResult last{check->passed ? Outcome::passed : Outcome::failed, check->words, check->took};
  return CheckState{.health = {check->up ? Health::up : Health::down, check->against},
                    .since = system_clock::time_point(check->since),
                    .last = LastCheck{last, system_clock::time_point(check->at)}};
}

EndpointState::Key key_of(std::string_view upstream, const Endpoint& endpoint) {
  return {upstream, endpoint.name, endpoint.address.to_string()};
}

EndpointState state_of(std::string_view upstream, const Endpoint& endpoint,
                       const std::optional<CheckState>& check) {
  return {.upstream = std::string(upstream),
          .endpoint = std::string(endpoint.name),
          .address = endpoint.address,
          .since = date(endpoint.seen().since(endpoint.standing_in_all(), system_clock::now())),
          .up_since = endpoint.up_since(),
          .check = check ? check_of(*check) : std::nullopt,
          .trust = endpoint.trust().state()};
}

}  // namespace duplexd
