// The deadlines of a session, and how it ends.
#include "core/metrics/probes.hpp"
#include "core/session/session.hpp"

#include <algorithm>
#include <cerrno>
#include <utility>

namespace duplexd {

void Session::on_deadline() {
  if (frozen_) return;  // thaw() looks again
  if (stage_ != Stage::relay) return on_dial_deadline();
  if (found_reset(Side::client) || found_reset(Side::endpoint)) return;
  const Tick now = services().wheel.now();
  if (keepalive_due_ <= now) {
    set_keepalive();
    vouch_for_endpoint();
  }
  if (retry_due_ <= now) {
    retry_due_ = never;
    client_.cancel();
    endpoint_.cancel();
  }
  if (due() > now) return schedule();
  if (leaving_due_ <= now) return end(leaving_);
  if (lifetime_due_ <= now) return end(CloseReason::lifetime);
  relaying_.on_quiet();
  finish();
}

void Session::on_dial_deadline() {
  const Tick now = services().wheel.now();
  if (room_awaited_) return on_queue_deadline();
  if (handshake_due_ <= now) return end_dial();
  if (beside_due_ <= now) return dial_beside();
  if (attempt_due_ > now) return schedule();
  attempt_due_ = never;
  schedule();
  // on_connection() goes on with the next endpoint.
  connection_awaited_ ? endpoint_.cancel() : dial();
}

// A pause comes after an attempt that failed: that is the reason.
void Session::end_dial() {
  if (stage_ == Stage::greet)
    return end(place_awaited_ ? CloseReason::handshake_limit : CloseReason::handshake_timeout);
  if (stage_ == Stage::introduce) return end(introduction_->failure(), ETIMEDOUT);
  if (!connection_awaited_) return end(connector_->failure(), connector_->error());
  end(connector_->tunnel() ? CloseReason::via_failed : CloseReason::connect_timeout, ETIMEDOUT);
}

const Endpoint* Session::endpoint() const noexcept {
  return connector_ ? connector_->endpoint() : hold_.get();
}

void Session::leave_endpoint(Tick due, CloseReason reason) noexcept {
  leaving_due_ = std::min(leaving_due_, due);
  leaving_ = reason;
  if (stage_ == Stage::relay) schedule();
}

// The next tick at which on_deadline() has to look. Any byte moves the idle deadline. While a direction is
// stalled its sender is looked at each second, because no read would find its reset.
Tick Session::due() const noexcept {
  if (stage_ != Stage::relay)
    return std::min({attempt_due_, beside_due_, room_awaited_ ? queue_due_ : handshake_due_});
  const Timeouts& timeouts = route_.config().timeouts;
  const Tick now = route_.services.wheel.now();
  const bool looks = relaying_.hides_reset(Side::client) || relaying_.hides_reset(Side::endpoint);
  return std::min(
      {lifetime_due_, leaving_due_, keepalive_due_, retry_due_,
       looks ? due_after(now, std::chrono::seconds(1)) : never,
       due_after(last_activity_, relaying_.half_closed() ? timeouts.half_closed : timeouts.idle)});
}

// Sessions that are over sooner have no use for it, and four system calls less.
void Session::set_keepalive() noexcept {
  keepalive_due_ = never;
  if (!hold_->is_tcp()) return;
  (void)apply(upstream_->config().endpoint.keepalive,
              endpoint_.descriptor());  // its values were checked
}

// Those that last do not wait for their end.
void Session::vouch_for_endpoint() noexcept {
  if (downstream_chain_.bytes().read > 0) hold_->trust().on_service();
}

void Session::on_delivered(Side from, std::size_t bytes, bool spliced) noexcept {
  if (bytes > 0) touch();
  if (from == Side::endpoint && relaying_.flow(from).state().sent == 0) count_first_byte();
  (from == Side::client ? route_.counters.upstream_bytes : route_.counters.downstream_bytes).add(bytes);
  if (spliced) route_.counters.spliced_bytes.add(bytes);
}

// What the sender goes on to send is not read now, and would wake us for nothing until its window is closed.
void Session::on_stalled(Side from) noexcept {
  (from == Side::client ? route_.counters.upstream_stalls : route_.counters.downstream_stalls).add();
  schedule();
  if (!relaying_.flow(other(from)).stalled()) leg(from).mute();
}

void Session::on_stall_over(Side from, std::chrono::microseconds took) noexcept {
  (from == Side::client ? route_.counters.upstream_stalled : route_.counters.downstream_stalled)
      .add(static_cast<std::uint64_t>(took.count()));
}

void Session::on_direction_finished() noexcept {
  route_.half_closed.enter(half_closed_, services().wheel.now());
  touch();
  schedule();
}

void Session::retry_soon() noexcept {
  retry_due_ = std::min(retry_due_, services().wheel.now() + 2);
  schedule();
}

Step Session::fail_locally(int error) noexcept {
  relaying_.end(CloseReason::local_error, error);
  return Step::end;
}

// A sender is not read while its bytes are stuck, so no read would find its reset.
bool Session::found_reset(Side side) {
  if (!relaying_.hides_reset(side) || !leg(side).broken()) return false;
  const int error = leg(side).take_error();
  if (error == 0) return false;
  (void)relaying_.on_stuck_sender_failed(side, error);
  relaying_.ended() ? finish() : schedule();
  return true;
}

void Session::end(CloseReason reason, int error) {
  if (ended()) return;
  // Another process has its sockets, too, and does with them what is right.
  if (frozen_) return void(let_go());
  // Before relay no peer was told anything, so none can take a part for the whole.
  if (stage_ != Stage::relay) return finish(Ending{reason, error, LegEnd::orderly, LegEnd::orderly});
  relaying_.end(reason, error);
  finish();
}

void Session::finish(const Ending& ending) {
  count_relaying();
  const SessionEnd record = end_record(ending);
  count(record);
  probes::close(id_, to_word(record.reason), record.upstream_bytes.read, record.downstream_bytes.read,
                record.duration, record.listener);
  services().wheel.cancel(*this);
  close(Side::client, ending.client);
  close(Side::endpoint, ending.endpoint);
  drop_beside();
  stage_ = Stage::ended;
  leave_line();
  leave_handshake();
  if (connector_) services().connectors.destroy(std::exchange(connector_, nullptr));
  hold_.reset();
  if (upstream_) upstream_->on_left();
  // Reported after the place is released: a new client can take it at once.
  route_.on_session_ended(source_);
  services().sink.session_ended(record);
  release_if_idle();
}

void Session::close(Side side, LegEnd end) noexcept {
  switch (end) {
    case LegEnd::orderly:
      return leg(side).close();
    case LegEnd::reset:
      return leg(side).reset();
    case LegEnd::reset_if_acknowledged:
      return leg(side).reset_if_acknowledged();
  }
}

void Session::release_if_idle() noexcept {
  if (starting_ || connection_awaited_ || beside_ || room_awaited_ || place_awaited_ || client_awaited_ ||
      upstream_chain_.waiting() || downstream_chain_.waiting())
    return;
  services().sessions.destroy(this);
}

}  // namespace duplexd
