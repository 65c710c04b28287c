#include "core/session/chain.hpp"

#include "core/memory/handler.hpp"
#include "core/net/socket/stream.hpp"
#include "core/session/session.hpp"

#include <cassert>
#include <cerrno>

namespace duplexd {

namespace {
// What one wake may do before the other sessions of the worker have their turn.
constexpr int fair_rounds = 16;
constexpr std::uint64_t fair_bytes = fair_rounds * BufferPool::buffer_size;
}  // namespace

Chain::~Chain() {
  assert(!waiting_);
  cargo_.release(session_.host(), flow_.undelivered());
}

void Chain::await_sender() {
  cargo_.release(session_.host(), 0);
  waiting_ = true;
  session_.socket(from_).async_wait(WatchedSocket::Event::readable, Handler<&Chain::on_sender_ready>(*this));
}

void Chain::await_receiver() {
  waiting_ = true;
  session_.socket(to()).async_wait(WatchedSocket::Event::writable, Handler<&Chain::on_receiver_ready>(*this));
}

void Chain::await_turn() {
  cargo_.release(session_.host(), 0);
  waiting_ = true;
  session_.socket(from_).async_yield(Handler<&Chain::on_turn>(*this));
}

void Chain::watch_for_reset() {
  // It may have come together with the end.
  if (const int reset = pending_error(session_.socket(from_).get())) {
    return session_.on_sender_failed(from_, reset);
  }
  waiting_ = true;
  session_.socket(from_).async_wait(WatchedSocket::Event::hang_up, Handler<&Chain::on_reset>(*this));
}

bool Chain::resumed(const ErrorCode& error) {
  waiting_ = false;
  if (session_.ended()) {
    session_.release_if_idle();
    return false;
  }
  if (error) {
    session_.end(CloseReason::local_error, error.value());
    return false;
  }
  return !abandoned_;
}

void Chain::on_sender_ready(const ErrorCode& error) {
  if (resumed(error)) relay(true);
}

void Chain::on_receiver_ready(const ErrorCode& error) {
  if (resumed(error) && deliver()) relay();
}

void Chain::on_turn(const ErrorCode& error) {
  if (resumed(error)) relay();
}

void Chain::on_reset(const ErrorCode& error) {
  if (!resumed(error)) return;
  // Without an error it is the hang-up of a Unix peer, which whoever writes to it will see, or nothing.
  watch_for_reset();
}

void Chain::relay(bool woken) {
  const std::uint64_t enough = flow_.received() + fair_bytes;
  for (int round = 0; round < fair_rounds && flow_.received() < enough; ++round) {
    const IoResult in = take();
    if (in.would_block()) {
      if (woken && round == 0) session_.host().counters.spurious_wakeups.add();
      return await_sender();
    }
    if (in.error != 0) return session_.on_sender_failed(from_, in.error);
    if (in.end_of_stream()) return forward_end();
    flow_.on_received(in.bytes);
    bulk_.on_taken(in.bytes);
    session_.touch();
    const bool drained = took_all(in.bytes);
    if (!deliver()) return;
    if (drained) return await_sender();
  }
  await_turn();
}

IoResult Chain::take() {
  const bool splice = bulk_.detected() && session_.may_splice();
  const IoResult in =
      cargo_.take(session_.host(), session_.socket(from_).get(), splice ? Cargo::By::pipe : Cargo::By::copy);
  if (splice && !cargo_.spliced()) bulk_.refuse();
  return in;
}

bool Chain::took_all(std::size_t bytes) noexcept {
  return !cargo_.spliced() && bytes < session_.host().scratch.size() &&
         session_.socket(from_).drained_by_short_read();
}

// False: the receiver has to take bytes first, or the session may be gone. That it took less than all does
// not mean that it would block: a signal, also the stop that a debugger sends, cuts splice(2) short.
bool Chain::deliver() {
  do {
    const IoResult out = cargo_.give(session_.host(), session_.socket(to()).get(), flow_.undelivered());
    if (out.would_block()) {
      stall();
      return false;
    }
    if (out.error != 0) {
      session_.on_receiver_failed(to(), out.error);
      return false;
    }
    count(out.bytes);
  } while (flow_.undelivered() > 0);
  if (stalled_) end_stall();
  return true;
}

void Chain::stall() {
  if (!stalled_) {
    if (!cargo_.keep(session_.host(), flow_.undelivered())) {
      return session_.end(CloseReason::local_error, ENOMEM);
    }
    begin_stall();
  }
  await_receiver();
}

void Chain::forward_end() {
  flow_.on_end();
  // A peer that takes no bytes any more has reset: the end of what it sent is no end in order.
  if (session_.broken()) return session_.on_sender_failed(from_, 0);
  if (const int error = session_.forward_end(to())) return session_.on_receiver_failed(to(), error);
  flow_.on_end_forwarded();
  session_.on_direction_finished(from_);
}

void Chain::count(std::size_t delivered) noexcept {
  flow_.on_sent(delivered);
  if (delivered > 0) session_.touch();
  session_.count_delivered(from_, delivered, cargo_.spliced());
}

void Chain::begin_stall() noexcept {
  stalled_ = true;
  stalled_since_ = std::chrono::steady_clock::now();
  session_.on_stalled(from_);
}

void Chain::end_stall() noexcept {
  cargo_.release(session_.host(), 0);
  stalled_total_ = stall_time();
  stalled_ = false;
}

std::chrono::microseconds Chain::stall_time() const noexcept {
  if (!stalled_) return stalled_total_;
  const auto since = std::chrono::steady_clock::now() - stalled_since_;
  return stalled_total_ + std::chrono::duration_cast<std::chrono::microseconds>(since);
}

DirectionBytes Chain::bytes() const noexcept {
  return {.read = flow_.received(), .undelivered = flow_.undelivered(), .stalled = stall_time()};
}

}  // namespace duplexd
