#include "core/upstream/dial/connector.hpp"

#include "core/net/socket/stream.hpp"

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <utility>

namespace duplexd {

namespace {

// Nothing tells when the backlog of a Unix listener has room again (unix(7)), or the kernel has memory.
constexpr std::chrono::milliseconds retry_pause{100};

bool is_trial(const Upstream::Found& found, Millis now, const PassiveConfig& rules) noexcept {
  return found.among <= Candidates::Among::doubtful_too &&
         found.member->endpoint->trust().ask(now, rules) == Trust::Answer::trial;
}

}  // namespace

// Those that wait already come before a session that has just begun.
Dial Connector::dial() noexcept {
  pick_.now = now_in_millis();
  const bool others_wait = attempts_ == 0 && !waiting_.has_place() && upstream_.line().size() > 0;
  return others_wait ? Dial{.state = Dial::State::full} : dial_next();
}

Dial Connector::dial_next() noexcept {
  for (;;) {
    const Upstream::Found found = upstream_.choose(pick_, tried_);
    if (!found.member) return give_up(found);
    if (!take(found)) continue;
    Dial dial = try_endpoint();
    if (dial.state != Dial::State::failed || way_on_ == WayOn::none) return dial;
  }
}

Dial Connector::try_endpoint() noexcept {
  Dial dial = leads_back_ ? fail({CloseReason::connect_loop, WayOn::other_endpoint}, 0) : connect();
  if (dial.state == Dial::State::failed) judge_endpoint();
  return dial;
}

// False: other sessions were quicker.
bool Connector::take(const Upstream::Found& found) noexcept {
  const Pool::Member& member = *found.member;
  Trust& trust = member.endpoint->trust();
  const bool needs_trial = is_trial(found, pick_.now, upstream_.config().passive);
  if (needs_trial && !trust.begin_trial(pick_.now, upstream_.config().passive)) return false;
  EndpointHold hold(*member.endpoint, found.most);
  if (!hold) {
    if (needs_trial) trust.end_trial();
    return false;
  }
  leave_endpoint();
  endpoint_ = std::move(hold);
  on_trial_ = needs_trial;
  begin_attempt(member);
  return true;
}

void Connector::begin_attempt(const Pool::Member& member) noexcept {
  at_.reset();
  last_name_ = member.endpoint->name;
  last_peer_ = member.endpoint->peer;
  leads_back_ = member.leads_back;
  if (member.endpoint->has_clients_port()) follow_port();
  priority_ = member.priority;
  may_meet_itself_ = member.may_meet_itself;
  tried_.add(*member.endpoint);
  ++attempts_;
  attempt_began_ = Clock::now();
  undecided_ = true;
  Trust& trust = member.endpoint->trust();
  trust.on_attempt(pick_.now);
  hurried_ = on_trial_ || trust.is_crowded(upstream_.config().passive);
}

void Connector::follow_port() noexcept {
  const SocketAddress clients = local_address(client_);
  at_ = endpoint_->with_port(clients.port());
  last_peer_ = PeerAddress(*at_);
  leads_back_ |= *at_ == clients;
}

// A session that waits does so at no endpoint.
Dial Connector::give_up(const Upstream::Found& found) noexcept {
  if (found.all_full) {
    leave_endpoint();
    return {.state = Dial::State::full};
  }
  if (tried_.retry()) return pause(retry_pause);
  if (found.all_down) failure_ = CloseReason::all_down;
  if (tried_.empty() || failure_ == CloseReason::connect_loop || rounds_left_ == 0)
    return {.state = Dial::State::failed};
  --rounds_left_;
  tried_.clear();
  return pause(upstream_.config().retry.pause);
}

Dial Connector::pause(std::chrono::milliseconds pause) noexcept {
  leave_endpoint();
  return {.state = Dial::State::paused, .pause = pause};
}

void Connector::leave_endpoint() noexcept {
  if (!endpoint_) return;
  endpoint_.reset();
  upstream_.on_left();
}

bool Connector::has_room() noexcept {
  pick_.now = now_in_millis();
  return upstream_.choose(pick_, tried_).member != nullptr;
}

void Connector::leave_line() noexcept {
  if (upstream_.line().leave(waiting_)) upstream_.call_if_room(pick_);
}

}  // namespace duplexd
