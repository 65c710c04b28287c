#include "core/upstream/dial/connector.hpp"

#include "core/net/socket/diag/connection_owner.hpp"
#include "core/net/socket/stream.hpp"
#include "core/net/transparency/transparency.hpp"

#include <unistd.h>

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
    if (!take(attempt_, found)) continue;
    Dial dial = try_endpoint(attempt_);
    if (dial.state != Dial::State::failed || way_on_ == WayOn::none) return dial;
  }
}

Dial Connector::try_endpoint(Attempt& attempt) noexcept {
  Dial dial = attempt.leads_nowhere ? fail({CloseReason::no_original_destination, WayOn::other_endpoint}, 0)
              : attempt.leads_back  ? fail({CloseReason::connect_loop, WayOn::other_endpoint}, 0)
                                    : connect(attempt);
  if (dial.state == Dial::State::failed) judge_endpoint(attempt);
  return dial;
}

// False: other sessions were quicker.
bool Connector::take(Attempt& attempt, const Upstream::Found& found) noexcept {
  const Pool::Member& member = *found.member;
  Trust& trust = member.endpoint->trust();
  const bool needs_trial = is_trial(found, pick_.now, upstream_.config().passive);
  if (needs_trial && !trust.begin_trial(pick_.now, upstream_.config().passive)) return false;
  EndpointHold hold(*member.endpoint, found.most);
  if (!hold) {
    if (needs_trial) trust.end_trial();
    return false;
  }
  leave(attempt);
  attempt = begun(found, std::move(hold), needs_trial);
  return true;
}

Attempt Connector::begun(const Upstream::Found& found, EndpointHold hold, bool on_trial) noexcept {
  const Pool::Member& member = *found.member;
  const Endpoint& endpoint = *member.endpoint;
  Trust& trust = endpoint.trust();
  const bool is_judged = !endpoint.is_original_destination();
  if (is_judged) trust.on_attempt(pick_.now);
  tried_.add(endpoint);
  ++attempts_;
  Attempt attempt{.endpoint = std::move(hold),
                  .tunnel = upstream_.pool().tunnel(),
                  .name = endpoint.name,
                  .peer = endpoint.peer,
                  .priority = member.priority,
                  .among = found.among,
                  .undecided = is_judged,
                  .on_trial = on_trial,
                  .hurried = on_trial || trust.is_crowded(upstream_.config().passive),
                  .leads_back = member.leads_back,
                  .may_meet_itself = member.may_meet_itself,
                  .two_families = member.two_families,
                  .began = Attempt::Clock::now(),
                  .since = pick_.now};
  if (endpoint.has_clients_port()) follow_port(attempt);
  if (endpoint.is_original_destination()) follow_client(attempt);
  return attempt;
}

void Connector::follow_port(Attempt& attempt) noexcept {
  const SocketAddress clients = local_address(client_);
  attempt.at = attempt.endpoint->with_port(clients.port());
  attempt.peer = PeerAddress(*attempt.at);
  attempt.leads_back |= *attempt.at == clients;
}

// A client that is this process leads back without end. Root has many programs, so it says nothing.
void Connector::follow_client(Attempt& attempt) noexcept {
  attempt.at = original_destination(client_);
  attempt.peer = PeerAddress(*attempt.at);
  const SocketAddress from = PeerAddress(peer_address(client_)).socket_address();
  const uid_t user = ::geteuid();
  attempt.leads_back |= user != 0 && owner_of_connection(from, *attempt.at) == user;
  attempt.leads_nowhere = !attempt.peer.is_ip() || is_claimed(upstream_.pool().reach().claims, *attempt.at);
}

// A session that waits does so at no endpoint.
Dial Connector::give_up(const Upstream::Found& found) noexcept {
  if (found.all_full) {
    leave(attempt_);
    return {.state = Dial::State::full};
  }
  if (tried_.retry()) return pause(retry_pause);
  if (found.all_down) failure_ = CloseReason::all_down;
  if (tried_.empty() || !std::exchange(may_recover_, false) || rounds_left_ == 0)
    return {.state = Dial::State::failed};
  --rounds_left_;
  tried_.clear();
  return pause(upstream_.config().retry.pause);
}

Dial Connector::pause(std::chrono::milliseconds pause) noexcept {
  leave(attempt_);
  return {.state = Dial::State::paused, .pause = pause};
}

void Connector::leave(Attempt& attempt) noexcept {
  if (!attempt.endpoint) return;
  attempt.endpoint.reset();
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
