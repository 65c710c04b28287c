// One attempt to connect, and what it says about its endpoint.
#include "core/metrics/probes.hpp"
#include "core/net/socket/stream.hpp"
#include "core/upstream/dial/connector.hpp"
#include "core/upstream/dial/other_family.hpp"

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <utility>

namespace duplexd {

namespace {

/// To try again would not help.
bool stays_so(CloseReason failure) noexcept {
  return failure == CloseReason::connect_loop || failure == CloseReason::no_original_destination ||
         failure == CloseReason::connect_other_family;
}

}  // namespace

// From each source address that may do.
Dial Connector::connect(Attempt& attempt) noexcept {
  const int family = attempt.address().family();
  if (upstream_.config().source_is_client && family != AF_UNIX) return connect_as_client(attempt);
  const auto sources = upstream_.pool().sources(family);
  if (sources.empty()) return connect_from(attempt, nullptr);
  const std::size_t first = upstream_.take_source_turn(family);
  for (std::size_t i = 0;; ++i) {
    Dial dial = connect_from(attempt, &sources[(first + i) % sources.size()]);
    const bool failed = dial.state == Dial::State::failed;
    if (!failed || way_on_ != WayOn::other_source || i + 1 == sources.size()) return dial;
  }
}

Dial Connector::connect_as_client(Attempt& attempt) noexcept {
  SocketAddress source = from_.socket_address();
  source.set_port(0);
  if (!can_dial_as(from_, attempt.address()))
    return fail({CloseReason::connect_other_family, WayOn::other_endpoint}, 0);
  return connect_from(attempt, &source, true);
}

Dial Connector::connect_from(Attempt& attempt, const SocketAddress* source, bool foreign) noexcept {
  Connecting begun = begin_connect(attempt.address(), upstream_.config().endpoint, source, foreign);
  if (begun.in_progress()) return {.state = Dial::State::in_progress, .socket = std::move(begun.socket)};
  if (begun.error != 0) return fail(attempt, begun.step, begun.error, source != nullptr);
  Dial dial = arrive(attempt, begun.socket.get());
  if (dial.state == Dial::State::connected) dial.socket = std::move(begun.socket);
  return dial;
}

Dial Connector::resume(int socket, bool timed_out) noexcept {
  if (timed_out && goes_on_waiting()) return {.state = Dial::State::in_progress};
  Dial outcome = finish(attempt_, socket, timed_out ? ETIMEDOUT : 0);
  if (outcome.state == Dial::State::connected) lose(beside_);
  if (outcome.state != Dial::State::failed) return outcome;
  if (beside_.endpoint) return overtake();
  if (way_on_ == WayOn::none) return outcome;
  pick_.now = now_in_millis();
  return dial_next();
}

// In progress, connected, or failed with `error` or what the kernel says.
Dial Connector::finish(Attempt& attempt, int socket, int error) noexcept {
  if (error == 0) error = finish_connect(socket, attempt.address());
  if (error == EALREADY) return {.state = Dial::State::in_progress};
  Dial outcome = error == 0 ? arrive(attempt, socket) : fail(attempt, ConnectStep::connect, error, false);
  if (outcome.state == Dial::State::failed) judge_endpoint(attempt);
  return outcome;
}

std::chrono::milliseconds Connector::wait(std::chrono::milliseconds most) noexcept {
  most_ = most;
  const auto passed = attempt_.took<std::chrono::milliseconds>();
  const auto left = std::max(most - passed, std::chrono::milliseconds(0));
  return attempt_.hurried ? std::min(left, attempt_.endpoint->trust().short_wait()) : left;
}

// One whose endpoint has answered others meanwhile has lost a packet only. Doubts do not lead to the next
// tier; a trial that fails does. An attempt beside it makes up for the hurry.
bool Connector::goes_on_waiting() noexcept {
  if (!attempt_.hurried || attempt_.took<std::chrono::milliseconds>() >= most_) return false;
  if (beside_.endpoint) return true;
  pick_.now = now_in_millis();
  const PassiveConfig& rules = upstream_.config().passive;
  if (attempt_.endpoint->trust().ask(pick_.now, rules) == Trust::Answer::yes) return true;
  const Upstream::Found found = upstream_.choose(pick_, tried_);
  attempt_.hurried_away = found.member && found.among == Candidates::Among::fit &&
                          (attempt_.on_trial || found.member->priority == attempt_.priority);
  return !attempt_.hurried_away;
}

// A connection to itself means that the port has no listener. The reset leaves the port free for one. What a
// proxy makes of the attempt is still to be heard.
Dial Connector::arrive(Attempt& attempt, int socket) noexcept {
  if (attempt.may_meet_itself && is_connected_to_itself(socket, attempt.address())) {
    reset_on_close(socket);
    return fail(attempt, ConnectStep::connect, ECONNREFUSED, false);
  }
  if (!attempt.tunnel) count_arrival(attempt);
  return {.state = Dial::State::connected};
}

void Connector::count_arrival(Attempt& attempt) noexcept {
  const auto took = attempt.took<std::chrono::microseconds>();
  probes::connect(session_, took, 0, attempt.name);
  upstream_.counters().connected.add();
  upstream_.counters().connect_times.add(answer_bounds, took);
  attempt.endpoint->count_connection();
  attempt.endpoint->trust().on_answer(now_in_millis(), took);
  attempt.undecided = false;
}

// One that has answered counts as a session that was reset early.
Dial Connector::refuse(CloseReason reason, int error) noexcept {
  const Endpoint& endpoint = *attempt_.endpoint.get();
  (void)fail({reason, WayOn::other_endpoint}, error);
  if (attempt_.undecided) {
    judge_endpoint(attempt_);
    pick_.now = now_in_millis();
    return dial_next();
  }
  failed_attempts_.add({attempt_.peer, reason, attempt_.took<FailedAttempts::Duration>()});
  endpoint.count_failure(reason);
  pick_.now = now_in_millis();
  upstream_.on_early_reset(endpoint, pick_.now);
  return dial_next();
}

Dial Connector::fail(DialFailure failure, int error) noexcept {
  failure_ = failure.reason;
  way_on_ = failure.way_on;
  error_ = error;
  may_recover_ |= !stays_so(failure.reason);
  upstream_.counters().failed[static_cast<std::size_t>(failure_)].add();
  return {.state = Dial::State::failed};
}

// An attempt by way of a proxy fails at the proxy.
Dial Connector::fail(const Attempt& attempt, ConnectStep step, int error, bool has_source) noexcept {
  DialFailure failure = judge(step, error, has_source);
  if (attempt.tunnel && side_of(failure.reason) == Side::endpoint) failure.reason = CloseReason::via_failed;
  return fail(failure, error);
}

// After the last source address. What this host is short of says nothing about the endpoint, and little does
// an attempt that was cut short.
void Connector::judge_endpoint(Attempt& attempt) noexcept {
  const Endpoint& endpoint = *attempt.endpoint.get();
  const auto took = attempt.took<std::chrono::microseconds>();
  probes::connect(session_, took, error_, attempt.name);
  failed_attempts_.add({attempt.peer, failure_, std::chrono::duration_cast<FailedAttempts::Duration>(took)});
  endpoint.count_failure(failure_);
  if (way_on_ == WayOn::later) tried_.may_retry(endpoint);
  const bool cut_short = std::exchange(attempt.hurried_away, false) && !attempt.on_trial;
  const bool tells_nothing = endpoint.is_original_destination() || cut_short;
  if (side_of(failure_) != Side::endpoint || way_on_ == WayOn::later || tells_nothing)
    return abandon(attempt);
  attempt.undecided = false;
  const PassiveConfig& rules = upstream_.config().passive;
  if (endpoint.trust().on_failure(rules, attempt.on_trial)) upstream_.eject(endpoint, now_in_millis());
}

void Connector::abandon(Attempt& attempt) noexcept {
  if (std::exchange(attempt.undecided, false)) attempt.endpoint->trust().on_abandoned(attempt.on_trial);
}

}  // namespace duplexd
