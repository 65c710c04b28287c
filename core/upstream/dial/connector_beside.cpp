// The attempt at the other family of a name, beside the one in progress.
#include "core/upstream/dial/connector.hpp"
#include "core/upstream/dial/other_family.hpp"

#include <algorithm>
#include <cerrno>
#include <utility>

namespace duplexd {

std::optional<std::chrono::milliseconds> Connector::beside_after() const noexcept {
  if (!attempt_.two_families) return std::nullopt;
  const Duration delay = upstream_.config().resolve.attempt_delay;
  if (delay.count() == 0) return std::nullopt;
  return attempt_.outlived ? std::chrono::milliseconds(0) : delay;
}

// Short of descriptors or memory, the attempt in progress may still succeed.
Dial Connector::dial_beside() noexcept {
  pick_.now = now_in_millis();
  for (;;) {
    const Upstream::Found found = find_beside();
    if (!found.member || !take(beside_, found)) return {.state = Dial::State::failed};
    Dial dial = try_endpoint(beside_);
    if (dial.state == Dial::State::connected) (void)overtake();
    if (dial.state != Dial::State::failed) return dial;
    leave(beside_);
    if (way_on_ == WayOn::none) return dial;
  }
}

Dial Connector::resume_beside(int socket) noexcept {
  Dial dial = finish(beside_, socket, 0);
  if (dial.state == Dial::State::connected) (void)overtake();
  if (dial.state != Dial::State::failed) return dial;
  leave(beside_);
  return dial_beside();
}

// An address that is doubtful is better than none.
Upstream::Found Connector::find_beside() const noexcept {
  if (tried_.full()) return {};
  const auto among = std::max(attempt_.among, Candidates::Among::doubtful_too);
  Candidates candidates(upstream_.pool(), pick_, tried_, among);
  return {other_family(upstream_.pool(), *attempt_.endpoint.get(), candidates), among};
}

// It has failed by itself, or it loses.
Dial Connector::overtake() noexcept {
  lose(attempt_);
  attempt_ = std::exchange(beside_, {});
  attempt_.outlived = true;
  return {.state = Dial::State::overtaken};
}

// A silent address has failed; an attempt that was cut short says nothing about its address.
void Connector::lose(Attempt& attempt) noexcept {
  if (!attempt.endpoint) return;
  const bool answered = attempt.endpoint->trust().has_answered_since(attempt.since);
  if (attempt.undecided && is_silence(attempt.took<std::chrono::milliseconds>(), answered)) {
    (void)fail(attempt, ConnectStep::connect, ETIMEDOUT, false);
    judge_endpoint(attempt);
  }
  abandon(attempt);
  leave(attempt);
}

}  // namespace duplexd
