// One attempt to connect, and what it says about its endpoint.
#include "core/net/socket/stream.hpp"
#include "core/upstream/dial/connector.hpp"

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <utility>

namespace duplexd {

// From each source address that may do.
Dial Connector::connect() noexcept {
  const int family = endpoint_->address.family();
  const auto sources = upstream_.pool().sources(family);
  if (sources.empty()) return connect_from(nullptr);
  const std::size_t first = upstream_.take_source_turn(family);
  for (std::size_t i = 0;; ++i) {
    Dial dial = connect_from(&sources[(first + i) % sources.size()]);
    const bool failed = dial.state == Dial::State::failed;
    if (!failed || way_on_ != WayOn::other_source || i + 1 == sources.size()) return dial;
  }
}

Dial Connector::connect_from(const SocketAddress* source) noexcept {
  Connecting begun = begin_connect(address(), upstream_.config().endpoint, source);
  if (begun.in_progress()) return {.state = Dial::State::in_progress, .socket = std::move(begun.socket)};
  if (begun.error != 0) return fail(judge(begun.step, begun.error, source != nullptr), begun.error);
  Dial dial = arrive(begun.socket.get());
  if (dial.state == Dial::State::connected) dial.socket = std::move(begun.socket);
  return dial;
}

Dial Connector::resume(int socket, bool timed_out) noexcept {
  if (timed_out && goes_on_waiting()) return {.state = Dial::State::in_progress};
  const int error = timed_out ? ETIMEDOUT : finish_connect(socket, address());
  if (error == EALREADY) return {.state = Dial::State::in_progress};
  Dial outcome = error == 0 ? arrive(socket) : fail(judge(ConnectStep::connect, error, false), error);
  if (outcome.state == Dial::State::failed) judge_endpoint();
  const bool over = outcome.state == Dial::State::connected || way_on_ == WayOn::none;
  if (over) return outcome;
  pick_.now = now_in_millis();
  return dial_next();
}

std::chrono::milliseconds Connector::wait(std::chrono::milliseconds most) noexcept {
  most_ = most;
  const auto passed = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - attempt_began_);
  const auto left = std::max(most - passed, std::chrono::milliseconds(0));
  return hurried_ ? std::min(left, endpoint_->trust().short_wait()) : left;
}

// One whose endpoint has answered others meanwhile has lost a packet only. Doubts do not lead to the next
// tier; a trial that fails does.
bool Connector::goes_on_waiting() noexcept {
  if (!hurried_ || Clock::now() - attempt_began_ >= most_) return false;
  pick_.now = now_in_millis();
  const PassiveConfig& rules = upstream_.config().passive;
  if (endpoint_->trust().ask(pick_.now, rules) == Trust::Answer::yes) return true;
  const Upstream::Found found = upstream_.choose(pick_, tried_);
  hurried_away_ = found.member && found.among == Candidates::Among::fit &&
                  (on_trial_ || found.member->priority == priority_);
  return !hurried_away_;
}

// A connection to itself means that the port has no listener. The reset leaves the port free for one.
Dial Connector::arrive(int socket) noexcept {
  if (may_meet_itself_ && is_connected_to_itself(socket, address())) {
    reset_on_close(socket);
    return fail({CloseReason::connect_refused, WayOn::other_endpoint}, ECONNREFUSED);
  }
  upstream_.counters().connected.add();
  endpoint_->count_connection();
  const auto took = std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - attempt_began_);
  endpoint_->trust().on_answer(now_in_millis(), took);
  undecided_ = false;
  return {.state = Dial::State::connected};
}

Dial Connector::fail(DialFailure failure, int error) noexcept {
  failure_ = failure.reason;
  way_on_ = failure.way_on;
  error_ = error;
  upstream_.counters().failed[static_cast<std::size_t>(failure_)].add();
  return {.state = Dial::State::failed};
}

// After the last source address. What this host is short of says nothing about the endpoint, and little does
// an attempt that was cut short.
void Connector::judge_endpoint() noexcept {
  const auto took = std::chrono::duration_cast<FailedAttempts::Duration>(Clock::now() - attempt_began_);
  failed_attempts_.add({last_peer_, failure_, took});
  endpoint_->count_failure(failure_);
  if (way_on_ == WayOn::later) tried_.may_retry_last();
  const bool cut_short = std::exchange(hurried_away_, false) && !on_trial_;
  if (side_of(failure_) != Side::endpoint || way_on_ == WayOn::later || cut_short) return abandon();
  undecided_ = false;
  const PassiveConfig& rules = upstream_.config().passive;
  if (endpoint_->trust().on_failure(rules, on_trial_)) upstream_.eject(*endpoint_.get(), now_in_millis());
}

void Connector::abandon() noexcept {
  if (std::exchange(undecided_, false)) endpoint_->trust().on_abandoned(on_trial_);
}

}  // namespace duplexd
