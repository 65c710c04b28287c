#include "core/upstream/connector.hpp"

#include "core/net/socket/stream.hpp"

#include <cerrno>
#include <cstddef>
#include <utility>

namespace duplexd {

namespace {

// Nothing tells when the backlog of a Unix listener has room again (unix(7)), or the kernel has memory.
constexpr std::chrono::milliseconds retry_pause{100};

}  // namespace

// Those that wait already come before a session that has just begun.
Dial Connector::dial() noexcept {
  pick_.now = now_in_millis();
  const bool others_wait = upstream_.pool().has_limits() && upstream_.line().size() > 0;
  if (others_wait && attempts_ == 0 && !waiting_.has_place()) return {.state = Dial::State::full};
  return dial_next();
}

Dial Connector::dial_next() noexcept {
  for (;;) {
    const Upstream::Found found = upstream_.choose(pick_, tried_);
    if (!found.member) return give_up(found);
    if (!take(found)) continue;
    Dial dial = leads_back_ ? fail({CloseReason::connect_loop, WayOn::other_endpoint}, 0) : connect();
    if (dial.state != Dial::State::failed || way_on_ == WayOn::none) return dial;
  }
}

// False: other sessions were quicker.
bool Connector::take(const Upstream::Found& found) noexcept {
  const Pool::Member& member = *found.member;
  const PassiveConfig& rules = upstream_.config().passive;
  Trust& trust = member.endpoint->trust();
  if (found.among == Candidates::Among::fit && trust.ask(pick_.now, rules) == Trust::Answer::trial &&
      !trust.begin_trial(pick_.now, rules))
    return false;
  EndpointHold hold(*member.endpoint, found.most);
  if (!hold) return false;
  endpoint_ = std::move(hold);
  upstream_.on_left();  // the one before
  tried_.add(*member.endpoint);
  ++attempts_;
  leads_back_ = member.leads_back;
  may_meet_itself_ = member.may_meet_itself;
  attempt_began_ = Clock::now();
  undecided_ = true;
  trust.on_attempt(pick_.now);
  return true;
}

Dial Connector::give_up(const Upstream::Found& found) noexcept {
  if (found.all_full) return {.state = Dial::State::full};
  if (tried_.retry()) return {.state = Dial::State::paused, .pause = retry_pause};
  if (found.all_down) failure_ = CloseReason::all_down;
  if (tried_.empty() || failure_ == CloseReason::connect_loop || rounds_left_ == 0)
    return {.state = Dial::State::failed};
  --rounds_left_;
  tried_.clear();
  return {.state = Dial::State::paused, .pause = upstream_.config().retry.pause};
}

bool Connector::has_room() noexcept {
  pick_.now = now_in_millis();
  return upstream_.choose(pick_, tried_).member != nullptr;
}

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
  Connecting begun = begin_connect(endpoint_->address, upstream_.config().endpoint, source);
  if (begun.in_progress()) return {.state = Dial::State::in_progress, .socket = std::move(begun.socket)};
  if (begun.error != 0) return fail(judge(begun.step, begun.error, source != nullptr), begun.error);
  Dial dial = arrive(begun.socket.get());
  if (dial.state == Dial::State::connected) dial.socket = std::move(begun.socket);
  return dial;
}

Dial Connector::resume(int socket, bool timed_out) noexcept {
  const int error = timed_out ? ETIMEDOUT : finish_connect(socket, endpoint_->address);
  if (error == EALREADY) return {.state = Dial::State::in_progress};
  Dial outcome = error == 0 ? arrive(socket) : fail(judge(ConnectStep::connect, error, false), error);
  const bool over = outcome.state == Dial::State::connected || way_on_ == WayOn::none;
  if (over) return outcome;
  pick_.now = now_in_millis();
  return dial_next();
}

// A connection to itself means that the port has no listener. The reset leaves the port free for one.
Dial Connector::arrive(int socket) noexcept {
  if (may_meet_itself_ && is_connected_to_itself(socket, endpoint_->address)) {
    reset_on_close(socket);
    return fail({CloseReason::connect_refused, WayOn::other_endpoint}, ECONNREFUSED);
  }
  upstream_.counters().connected.add();
  const auto took = std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - attempt_began_);
  endpoint_->trust().on_answer(now_in_millis(), took);
  undecided_ = false;
  return {.state = Dial::State::connected};
}

Dial Connector::fail(DialFailure failure, int error) noexcept {
  failure_ = failure.reason;
  way_on_ = failure.way_on;
  error_ = error;
  if (way_on_ == WayOn::later) tried_.may_retry_last();
  upstream_.counters().failed[static_cast<std::size_t>(failure_)].add();
  judge_endpoint();
  return {.state = Dial::State::failed};
}

// What this host is short of says nothing about the endpoint.
void Connector::judge_endpoint() noexcept {
  if (way_on_ == WayOn::other_source) return;
  if (side_of(failure_) != Side::endpoint || way_on_ == WayOn::later) return abandon();
  const PassiveConfig& rules = upstream_.config().passive;
  const Millis now = now_in_millis();
  undecided_ = false;
  if (endpoint_->trust().on_failure(now, rules)) upstream_.eject(*endpoint_.get(), now);
}

void Connector::abandon() noexcept {
  if (std::exchange(undecided_, false)) endpoint_->trust().on_abandoned();
}

}  // namespace duplexd
