#include "core/session/relay/relaying.hpp"

#include "core/net/tls/tls_failure.hpp"

#include <cassert>
#include <cerrno>

namespace duplexd {

namespace {

bool is_reset(int error) noexcept { return error == ECONNRESET || error == EPIPE || error == ECONNABORTED; }

bool is_loss(int error) noexcept {
  return error == ETIMEDOUT || error == EHOSTUNREACH || error == ENETUNREACH || error == EHOSTDOWN ||
         error == ENETDOWN;
}

/// No peer causes these: a sandbox does, or a mistake of ours.
bool is_ours(int error) noexcept {
  return error == EPERM || error == EACCES || error == ENOSYS || error == EBADF || error == EFAULT ||
         error == EINVAL || error == ENOTSOCK;
}

CloseReason reason_of(Side side, int error) noexcept {
  if (is_ours(error)) return CloseReason::local_error;
  const bool client = side == Side::client;
  if (error == tls_truncated) return client ? CloseReason::client_truncated : CloseReason::endpoint_truncated;
  if (error == tls_broken) return client ? CloseReason::client_tls_failed : CloseReason::endpoint_tls_failed;
  if (is_reset(error)) return client ? CloseReason::client_reset : CloseReason::endpoint_reset;
  if (is_loss(error)) return client ? CloseReason::client_lost : CloseReason::endpoint_lost;
  return client ? CloseReason::client_error : CloseReason::endpoint_error;
}

CloseReason finished_first(Side side) noexcept {
  return side == Side::client ? CloseReason::client_finished : CloseReason::endpoint_finished;
}

}  // namespace

Relaying::Relaying(const State& state) noexcept
    : upstream_(state.upstream),
      downstream_(state.downstream),
      error_(state.error),
      reason_(state.failure.value_or(CloseReason{})),
      failed_(state.failure.has_value()) {}

Relaying::State Relaying::state() const noexcept {
  assert(!ended_);
  State state{.upstream = upstream_.state(), .downstream = downstream_.state()};
  if (failed_) state.failure = reason_;
  if (failed_) state.error = error_;
  return state;
}

Step Relaying::next(Side from) const noexcept {
  if (ended_) return Step::end;
  const Flow& direction = flow(from);
  if (direction.finished()) return Step::watch_sender;
  if (direction.abandoned()) return Step::rest;
  if (direction.undelivered() > 0) return Step::send;
  return direction.ended() ? Step::forward_end : Step::receive;
}

Step Relaying::on_received(Side from, std::uint64_t bytes) noexcept {
  mutable_flow(from).on_received(bytes);
  return Step::send;
}

Step Relaying::on_sent(Side from, std::uint64_t bytes) noexcept {
  mutable_flow(from).on_sent(bytes);
  return next(from);
}

Step Relaying::on_would_block(Side from) noexcept {
  Flow& direction = mutable_flow(from);
  if (direction.receiving()) return Step::await_sender;
  if (direction.undelivered() == 0) return Step::await_receiver;
  direction.on_stalled();
  return Step::await_receiver;
}

Step Relaying::on_end(Side from) noexcept {
  mutable_flow(from).on_end();
  if (failed_) return end_with_failure();
  if (!is_last_to_finish(from) || hears_end(other(from))) return Step::forward_end;
  // Closing both legs forwards this end, too.
  return on_end_forwarded(from);
}

Step Relaying::on_end_forwarded(Side from) noexcept {
  mutable_flow(from).on_end_forwarded();
  if (!is_last_to_finish(from)) return Step::watch_sender;
  end(finished_first(other(from)));
  return Step::end;
}

Step Relaying::on_sender_failed(Side from, int error) noexcept {
  blame(from, error);
  return end_with_failure();
}

Step Relaying::on_receiver_failed(Side from, int error) noexcept {
  const Side receiver = other(from);
  blame(receiver, error);
  mutable_flow(from).abandon();
  if (!is_reset(error) || flow(receiver).over()) return end_with_failure();
  return Step::rest;
}

void Relaying::on_quiet() noexcept {
  if (failed_) {
    end_with_failure();
  } else {
    end(half_closed() ? CloseReason::half_closed_timeout : CloseReason::idle_timeout);
  }
}

void Relaying::end(CloseReason reason, int error) noexcept {
  assert(!ended_);
  ended_ = true;
  reason_ = reason;
  error_ = error;
}

Step Relaying::end_with_failure() noexcept {
  ended_ = true;
  return Step::end;
}

void Relaying::blame(Side side, int error) noexcept {
  if (failed_) return;
  failed_ = true;
  reason_ = reason_of(side, error);
  error_ = error;
}

Ending Relaying::ending() const noexcept {
  assert(ended_);
  return {
      .reason = reason_, .error = error_, .client = end_of(Side::client), .endpoint = end_of(Side::endpoint)};
}

LegEnd Relaying::end_of(Side peer) const noexcept {
  const Side side = side_of(reason_);
  const CausedBy caused_by = side == peer          ? CausedBy::this_peer
                             : side == other(peer) ? CausedBy::other_peer
                                                   : CausedBy::us;
  return leg_end(flow(other(peer)).finished(), flow(peer).finished(), caused_by);
}

}  // namespace duplexd
