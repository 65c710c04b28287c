#include "core/session/chain.hpp"

#include "core/memory/handler.hpp"
#include "core/metrics/probes.hpp"
#include "core/session/session.hpp"

#include <boost/asio/error.hpp>

#include <algorithm>
#include <cassert>
#include <cerrno>
#include <chrono>
#include <span>
#include <utility>

namespace duplexd {

namespace {

// What one wake may do before the other sessions of the worker have their turn.
constexpr int fair_receives = 16;
constexpr std::size_t fair_bytes = 1024 * 1024;

}  // namespace

Chain::~Chain() {
  assert(!waiting_);
  cargo_.release(session_.services());
}

DirectionBytes Chain::bytes() const noexcept {
  return {.read = flow().received(), .undelivered = flow().undelivered(), .stalled = stall_.total()};
}

const Flow& Chain::flow() const noexcept { return session_.relaying().flow(from_); }
Leg& Chain::sender() noexcept { return session_.leg(from_); }
Leg& Chain::receiver() noexcept { return session_.leg(other(from_)); }

SessionState::Held Chain::held() const {
  const std::span<const std::byte> copied = cargo_.copied();
  const Pipe* const pipe = cargo_.pipe();
  return {.copied = {copied.begin(), copied.end()},
          .piped = cargo_.piped(),
          .pipe_size = pipe ? static_cast<std::uint32_t>(pipe->size) : 0,
          .stalled = stall_.total()};
}

bool Chain::take_over(const SessionState::Held& held, Pipe& pipe) noexcept {
  stall_.begin_with(held.stalled);
  return cargo_.take_over(session_.services(), held.copied, pipe, held.piped);
}

void Chain::start() {
  const Step step = session_.relaying().next(from_);
  const bool silent =
      step == Step::receive && !sender().told(Leg::Event::readable) && sender().pending() == 0;
  obey(silent ? Step::await_sender : step);
}

void Chain::go_on() { obey(session_.relaying().next(from_)); }

void Chain::obey(Step step) {
  const std::uint64_t before = flow().received();
  for (int receives = 0;;) {
    switch (step) {
      case Step::receive:
        if (++receives > fair_receives || flow().received() >= before + fair_bytes) return await_turn();
        if (session_.may_take(from_, 1) == 0) return await_bandwidth(flow().received() > before);
        step = receive();
        break;
      case Step::send:
        step = send();
        break;
      case Step::forward_end:
        step = forward_end();
        break;
      case Step::await_sender:
        return await_sender();
      case Step::await_receiver:
        return await_receiver();
      case Step::watch_sender:
        return watch_sender();
      case Step::rest:
        return;
      case Step::end:
        return session_.finish();
    }
  }
}

Step Chain::receive() {
  Relaying& relaying = session_.relaying();
  const bool woken = std::exchange(woken_, false);
  const IoResult in = take();
  if (in.would_block() && woken) session_.services().counters.spurious_wakeups.add();
  if (in.would_block()) return relaying.on_would_block(from_);
  if (in.error != 0) return failed(&Relaying::on_sender_failed, in.error);
  if (in.end_of_stream()) return relaying.on_end(from_);
  if (bulk_.on_taken(in.bytes) && splices())
    probes::splice(session_.id(), from_ == Side::endpoint, flow().received());
  session_.on_taken(from_, in.bytes);
  session_.touch();
  return relaying.on_received(from_, in.bytes);
}

bool Chain::splices() const noexcept {
  return bulk_.detected() && session_.may_splice() && session_.leg(Side::client).may_be_spliced() &&
         session_.leg(Side::endpoint).may_be_spliced();
}

IoResult Chain::take() {
  const bool splice = splices();
  const std::size_t most = session_.may_take(from_, fair_bytes);
  const IoResult in =
      cargo_.take(session_.services(), sender(), splice ? Cargo::By::pipe : Cargo::By::copy, most);
  if (splice && !cargo_.spliced()) bulk_.refuse();
  sender_empty_ = !cargo_.spliced() && in.bytes < std::min(most, session_.services().scratch.size()) &&
                  sender().short_read_means_empty();
  return in;
}

// That the receiver took less than all does not mean that it would block: a signal, also the stop that a
// debugger sends, cuts splice(2) short.
Step Chain::send() {
  const IoResult out = cargo_.give(session_.services(), receiver());
  if (out.would_block()) return stall();
  if (out.error != 0) return failed(&Relaying::on_receiver_failed, out.error);
  session_.on_delivered(from_, out.bytes, cargo_.spliced());
  const Step step = session_.relaying().on_sent(from_, out.bytes);
  if (step == Step::send) return step;
  end_stall();
  return sender_empty_ && step == Step::receive ? session_.relaying().on_would_block(from_) : step;
}

Step Chain::stall() {
  if (!cargo_.keep(session_.services())) return session_.fail_locally(ENOMEM);
  const bool stalled_before = flow().stalled();
  const Step step = session_.relaying().on_would_block(from_);
  stall_.begin();
  if (!stalled_before) session_.on_stalled(from_);
  return step;
}

void Chain::end_stall() noexcept {
  const std::chrono::microseconds took = stall_.end();
  if (took.count() > 0) session_.on_stall_over(from_, took);
}

Step Chain::forward_end() {
  const int error = receiver().finish();
  if (error == EAGAIN) return session_.relaying().on_would_block(from_);
  if (error != 0) return failed(&Relaying::on_receiver_failed, error);
  const Step step = session_.relaying().on_end_forwarded(from_);
  if (step != Step::end) session_.on_direction_finished();
  return step;
}

// After a shortage the same step is tried again soon.
Step Chain::failed(Step (Relaying::*report)(Side, int), int error) {
  Relaying& relaying = session_.relaying();
  if (is_out_of_memory(error)) {
    session_.retry_soon();
    return flow().undelivered() > 0 ? stall() : relaying.on_would_block(from_);
  }
  const Step step = (relaying.*report)(from_, error);
  if (step != Step::end) session_.on_failure();
  return step;
}

void Chain::await_sender() {
  cargo_.release(session_.services());
  waiting_ = true;
  sender().async_wait(Leg::Event::readable, Handler<&Chain::on_sender_ready>(*this));
}

void Chain::await_receiver() {
  // The sender may receive more during this wait.
  sender_empty_ = false;
  waiting_ = true;
  receiver().async_wait(Leg::Event::writable, Handler<&Chain::on_receiver_ready>(*this));
}

void Chain::await_turn() {
  cargo_.release(session_.services());
  waiting_ = true;
  sender().async_yield(Handler<&Chain::on_turn>(*this));
}

// Who has had some comes again after all others that wait for it, and first at the tick is who waited first.
// What the sender goes on to send wakes nobody; that it waits for us is no silence of its own.
void Chain::await_bandwidth(bool had_some) {
  if (had_some && !std::exchange(gave_way_, true)) return await_turn();
  gave_way_ = false;
  cargo_.release(session_.services());
  session_.touch();
  session_.retry_at_tick();
  waiting_ = true;
  sender().async_wait(Leg::Event::hang_up, Handler<&Chain::on_turn>(*this));
}

// The chain does not read this sender again: a reset shows only as a hang-up, which may have come already.
void Chain::watch_sender() {
  cargo_.release(session_.services());
  if (const int error = sender().broken() ? sender().take_error() : 0)
    return obey(session_.relaying().on_sender_failed(from_, error));
  waiting_ = true;
  sender().async_wait(Leg::Event::hang_up, Handler<&Chain::on_sender_broken>(*this));
}

void Chain::on_sender_ready(const ErrorCode& error) {
  if (!resumed(error)) return;
  woken_ = !error;
  go_on();
}

void Chain::on_receiver_ready(const ErrorCode& error) {
  if (resumed(error)) go_on();
}

void Chain::on_turn(const ErrorCode& error) {
  if (resumed(error)) go_on();
}

// A Unix peer that closes hangs up without an error. A later send to it fails.
void Chain::on_sender_broken(const ErrorCode& error) {
  if (resumed(error)) watch_sender();
}

// False: the session has ended, or ends now, or is frozen.
bool Chain::resumed(const ErrorCode& error) {
  waiting_ = false;
  if (session_.ended()) {
    session_.release_if_idle();
    return false;
  }
  if (session_.frozen()) return false;
  // A wait is cancelled to have its step tried again.
  if (!error || error == boost::asio::error::operation_aborted) return true;
  session_.end(CloseReason::local_error, error.value());
  return false;
}

}  // namespace duplexd
