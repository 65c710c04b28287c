#include "tests/unit/session/relay/relaying_world.hpp"

#include "core/net/tls/tls_failure.hpp"

#include <utility>

namespace duplexd::relaying_test {

namespace {

using Kind = Event::Kind;

constexpr std::array both{Side::client, Side::endpoint};
// A reset, a loss, another failure, one that no peer causes, and those of TLS: the kinds that the value tells
// apart.
constexpr std::array errors{ECONNRESET, ETIMEDOUT, EIO, EPERM, tls_truncated, tls_broken};
constexpr std::array ours{CloseReason::removed, CloseReason::lifetime, CloseReason::stopped,
                          CloseReason::local_error};

// As many bytes at most are held: one that is sent alone, and one that is left.
constexpr int most_bytes = 2;

void add_failures(Kind kind, Side from, std::vector<Event>& events) {
  for (const int error : errors) events.push_back({kind, from, error});
}

bool is_failure(Kind kind) {
  return kind == Kind::sender_failed || kind == Kind::receiver_failed || kind == Kind::stuck_sender_failed;
}

/// The peer that a failure is of.
Side failed_side(const Event& event) {
  return event.kind == Kind::receiver_failed ? other(event.from) : event.from;
}

}  // namespace

std::string to_string(const Event& event) {
  constexpr std::array names{"received",      "sent",          "would_block",     "end",
                             "end_forwarded", "sender_failed", "receiver_failed", "stuck_sender_failed",
                             "woken",         "quiet",         "ended_by_us"};
  return std::string(names[static_cast<std::size_t>(event.kind)]) + "(" + std::string(to_word(event.from)) +
         ", " + std::to_string(event.detail) + ")";
}

World::World(std::set<Side> hears_end) : hears_end_(std::move(hears_end)) {
  for (const Side peer : hears_end_) value_.say_end_apart(peer);
}

std::vector<Event> World::possible() const {
  std::vector<Event> events;
  if (ended()) return events;
  for (const Side from : both) add_possible(from, events);
  events.push_back({Kind::quiet});
  for (const CloseReason reason : ours)
    events.push_back({Kind::ended_by_us, Side::local, static_cast<int>(reason)});
  return events;
}

void World::add_possible(Side from, std::vector<Event>& events) const {
  switch (at(from).step) {
    case Step::receive:
      for (int bytes = 1; bytes <= most_bytes; ++bytes) events.push_back({Kind::received, from, bytes});
      events.push_back({Kind::would_block, from});
      events.push_back({Kind::end, from});
      add_failures(Kind::sender_failed, from, events);
      break;
    case Step::send:
      for (int bytes = 1; std::cmp_less_equal(bytes, at(from).held); ++bytes)
        events.push_back({Kind::sent, from, bytes});
      events.push_back({Kind::would_block, from});
      add_failures(Kind::receiver_failed, from, events);
      break;
    case Step::await_sender:
    case Step::await_receiver:
      events.push_back({Kind::woken, from});
      break;
    case Step::forward_end:
      events.push_back({Kind::end_forwarded, from});
      if (hears_end_.contains(other(from))) events.push_back({Kind::would_block, from});
      add_failures(Kind::receiver_failed, from, events);
      break;
    case Step::watch_sender:
      add_failures(Kind::sender_failed, from, events);
      break;
    case Step::rest:
    case Step::end:
      break;
  }
  if (value_.hides_reset(from)) add_failures(Kind::stuck_sender_failed, from, events);
}

std::string World::happen(const Event& event) {
  note(event);
  const std::optional<Step> answer = apply(event);
  if (std::string wrong = wrong_answer(event, answer); !wrong.empty()) return wrong;
  if (answer) at(event.from).step = *answer;
  // What a chain would do now, unless it waits, is asked again after every event of the other one.
  for (const Side from : both) {
    Step& step = at(from).step;
    const bool waits = step == Step::await_sender || step == Step::await_receiver;
    if (!waits || ended()) step = value_.next(from);
  }
  if (!ended() && !(copy() == value_)) return "another process would not go on with it alike";
  return wrong_now(event);
}

Relaying World::copy() const {
  Relaying copy(value_.state());
  for (const Side peer : hears_end_) copy.say_end_apart(peer);
  return copy;
}

/// Keeps the account, from what happened alone.
void World::note(const Event& event) {
  if (is_failure(event.kind) && !failure_) failure_ = Failure{failed_side(event), event.detail};
  if (event.kind == Kind::would_block) at(event.from).stuck = at(event.from).held > 0;
  if (event.kind == Kind::received) at(event.from).held += static_cast<std::uint64_t>(event.detail);
  if (event.kind == Kind::sent) at(event.from).held -= static_cast<std::uint64_t>(event.detail);
  if (event.kind == Kind::sent && at(event.from).held == 0) at(event.from).stuck = false;
  if (event.kind == Kind::end) at(event.from).sender_ended = true;
  if (event.kind == Kind::receiver_failed) at(event.from).receiver_failed = true;
  if (event.kind == Kind::stuck_sender_failed) at(other(event.from)).receiver_failed = true;
  if (event.kind == Kind::end_forwarded) {
    at(event.from).end_told = true;
    if (first_to_finish_ == Side::local) first_to_finish_ = event.from;
  }
}

std::optional<Step> World::apply(const Event& event) {
  const auto bytes = static_cast<std::uint64_t>(event.detail);
  switch (event.kind) {
    case Kind::received:
      return value_.on_received(event.from, bytes);
    case Kind::sent:
      return value_.on_sent(event.from, bytes);
    case Kind::would_block:
      return value_.on_would_block(event.from);
    case Kind::end:
      return value_.on_end(event.from);
    case Kind::end_forwarded:
      return value_.on_end_forwarded(event.from);
    case Kind::sender_failed:
      return value_.on_sender_failed(event.from, event.detail);
    case Kind::receiver_failed:
      return value_.on_receiver_failed(event.from, event.detail);
    case Kind::stuck_sender_failed:
      (void)value_.on_stuck_sender_failed(event.from, event.detail);
      return std::nullopt;
    case Kind::woken:
      return value_.next(event.from);
    case Kind::quiet:
      value_.on_quiet();
      return std::nullopt;
    case Kind::ended_by_us:
      value_.end(static_cast<CloseReason>(event.detail));
      return std::nullopt;
  }
  return std::nullopt;
}

// An event's answer is what next() says, too, but for what would block.
std::string World::wrong_answer(const Event& event, std::optional<Step> answer) const {
  if (!answer || event.kind == Kind::would_block) return "";
  return *answer == value_.next(event.from) ? "" : "the answer is not the next step";
}

std::string World::wrong_now(const Event& event) const {
  for (const Side from : both) {
    if (std::string wrong = wrong_direction(from); !wrong.empty()) return wrong;
    if (std::string wrong = wrong_wait(from); !wrong.empty()) return wrong;
  }
  if (ended()) return wrong_end(event);
  if (event.kind == Kind::quiet || event.kind == Kind::ended_by_us) return "the session goes on";
  if (upstream_.step == Step::rest && downstream_.step == Step::rest) return "both directions rest for ever";
  // Its peer is still read: what a peer sent before its reset reaches the other one.
  const bool must_end =
      event.kind == Kind::sender_failed || (is_failure(event.kind) && event.detail != ECONNRESET);
  return must_end ? "the session goes on after a failure" : "";
}

std::string World::wrong_direction(Side from) const {
  const Direction& direction = at(from);
  if (value_.flow(from).undelivered() != direction.held) return "bytes were lost or invented";
  if (direction.step == Step::forward_end && (direction.held > 0 || !direction.sender_ended))
    return "an end is forwarded before the last byte, or without an end";
  if (direction.step == Step::receive && direction.held > 0) return "more is received while bytes are held";
  if (direction.step == Step::watch_sender && !direction.end_told)
    return "finished without the end being told";
  if (direction.step == Step::send && direction.receiver_failed)
    return "a receiver that failed is sent bytes";
  return "";
}

std::string World::wrong_wait(Side from) const {
  const Direction& direction = at(from);
  if (direction.step == Step::await_sender && (direction.held > 0 || direction.sender_ended))
    return "the sender is waited for while there is something to do";
  const bool has_end_to_tell = direction.sender_ended && !direction.end_told;
  if (direction.step == Step::await_receiver && direction.held == 0 && !has_end_to_tell)
    return "the receiver is waited for in vain";
  if (value_.hides_reset(from) != (direction.stuck && !direction.receiver_failed && !failure_))
    return "stuck bytes are not known to hide a reset, or others are";
  return "";
}

std::string World::wrong_end(const Event& event) const {
  if (upstream_.step != Step::end || downstream_.step != Step::end) return "a direction outlives the session";
  if (std::string wrong = wrong_reason(event); !wrong.empty()) return wrong;
  const bool reset_received = event.kind == Kind::receiver_failed || event.kind == Kind::stuck_sender_failed;
  const Side side = reset_received ? failed_side(event) : Side::local;
  if (reset_received && event.detail == ECONNRESET && !at(side).end_told && !at(side).receiver_failed)
    return "bytes that a peer sent before its reset are dropped";
  const Ending ending = value_.ending();
  const std::string client = wrong_leg(Side::client, ending.client, event);
  return client.empty() ? wrong_leg(Side::endpoint, ending.endpoint, event) : client;
}

std::string World::wrong_reason(const Event& event) const {
  const Ending ending = value_.ending();
  if (event.kind == Kind::ended_by_us)
    return ending.reason == static_cast<CloseReason>(event.detail) ? "" : "not the reason that was given";
  if (failure_) {
    const bool right = ending.reason == reason_of_failure() && ending.error == failure_->error;
    return right ? "" : "not the first failure is reported";
  }
  const bool half_closed = upstream_.end_told || downstream_.end_told;
  if (event.kind == Kind::quiet) {
    const CloseReason right = half_closed ? CloseReason::half_closed_timeout : CloseReason::idle_timeout;
    return ending.reason == right ? "" : "not the time-out that was in force";
  }
  const bool last_end_told = upstream_.end_told && downstream_.end_told;
  if (event.kind != Kind::end && !last_end_told) return "it ended without a cause";
  if (event.kind == Kind::end && hears_end_.contains(other(event.from)))
    return "it ended without saying the last end";
  if (upstream_.held + downstream_.held > 0) return "it ended in order while bytes were held";
  const CloseReason right =
      first_to_finish_ == Side::client ? CloseReason::client_finished : CloseReason::endpoint_finished;
  return ending.reason == right ? "" : "not the side that finished first";
}

CloseReason World::reason_of_failure() const {
  using enum CloseReason;
  const bool client = failure_->side == Side::client;
  if (failure_->error == ECONNRESET) return client ? client_reset : endpoint_reset;
  if (failure_->error == EPERM) return local_error;
  if (failure_->error == tls_truncated) return client ? client_truncated : endpoint_truncated;
  if (failure_->error == tls_broken) return client ? client_tls_failed : endpoint_tls_failed;
  if (failure_->error == ETIMEDOUT) return client ? client_lost : endpoint_lost;
  return client ? client_error : endpoint_error;
}

bool World::has_everything(Side peer) const {
  const Direction& towards = at(other(peer));
  return towards.sender_ended && towards.held == 0 && !towards.receiver_failed;
}

// Said again, in other words than end_rules: what each peer has a right to see.
std::string World::wrong_leg(Side peer, LegEnd end, const Event& event) const {
  const bool told_all = at(other(peer)).end_told;
  if (!told_all && end != LegEnd::reset) {
    // The last end is told by closing both legs.
    const bool last_end = event.kind == Kind::end && has_everything(peer) && !failure_;
    return last_end ? "" : "a peer that has not received everything sees an orderly end";
  }
  if (!told_all)
    return event.kind == Kind::end && has_everything(peer) && !failure_ ? "an orderly end is a reset" : "";
  if (end == LegEnd::reset) return "bytes are taken from a peer that was told everything";
  const bool listener_broke = failure_ && failure_->side == other(peer) && failure_->error != EPERM &&
                              event.kind != Kind::ended_by_us;
  const bool still_sends = !at(peer).end_told && !(event.kind == Kind::end && !failure_);
  const LegEnd right = listener_broke && still_sends ? LegEnd::reset_if_acknowledged : LegEnd::orderly;
  return end == right ? "" : "a peer whose bytes nobody takes is not told so, or another one is";
}

std::string World::key() const {
  std::string key;
  const auto add = [&](auto number) { key += static_cast<char>(number); };
  for (const Side from : both) {
    const Flow& flow = value_.flow(from);
    const Direction& direction = at(from);
    add(direction.step);
    add(direction.held);
    add(flow.ended() | flow.finished() << 1 | flow.abandoned() << 2 | flow.stalled() << 3);
    add(direction.sender_ended | direction.end_told << 1 | direction.receiver_failed << 2);
  }
  add(failure_ ? 1 + static_cast<int>(failure_->side) : 0);
  add(failure_ ? failure_->error : 0);
  add(first_to_finish_);
  add(value_.ended());
  for (const Side peer : hears_end_) add(peer);
  return key;
}

}  // namespace duplexd::relaying_test
