#include "core/session/chain.hpp"

#include "core/memory/handler.hpp"
#include "core/net/stream.hpp"
#include "core/session/session.hpp"

#include <cassert>
#include <cstring>

namespace duplexd {

namespace {
// Rounds of one wake before the other sessions of the worker have their turn.
constexpr int fair_rounds = 4;
}  // namespace

Chain::~Chain() {
  assert(!waiting_);
  give_back_buffer();
}

void Chain::await_sender() {
  waiting_ = true;
  session_.descriptor(from_).async_wait(Descriptor::wait_read, Handler<&Chain::on_sender_ready>(*this));
}

void Chain::await_receiver() {
  waiting_ = true;
  session_.descriptor(to()).async_wait(Descriptor::wait_write, Handler<&Chain::on_receiver_ready>(*this));
}

void Chain::watch_for_reset() {
  waiting_ = true;
  session_.descriptor(from_).async_wait(Descriptor::wait_error, Handler<&Chain::on_reset>(*this));
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
  if (resumed(error)) relay();
}

void Chain::on_receiver_ready(const ErrorCode& error) {
  if (resumed(error)) flush();
}

void Chain::on_reset(const ErrorCode& error) {
  if (!resumed(error)) return;
  // A hang-up without an error is the end of a Unix peer: whoever writes to it will see.
  if (const int reset = pending_error(session_.descriptor(from_).native_handle())) {
    session_.on_sender_failed(from_, reset);
  }
}

void Chain::relay() {
  const std::span<std::byte> scratch = session_.host().scratch;
  for (int round = 0; round < fair_rounds; ++round) {
    const IoResult in = receive(session_.descriptor(from_).native_handle(), scratch);
    if (in.would_block()) {
      if (round == 0) session_.host().counters.spurious_wakeups.add();
      break;
    }
    if (in.error != 0) return session_.on_sender_failed(from_, in.error);
    if (in.end_of_stream()) return forward_end();
    flow_.on_received(in.bytes);
    session_.touch();
    if (!deliver(scratch.first(in.bytes))) return;
    if (in.bytes < scratch.size()) break;
  }
  await_sender();
}

// False: the receiver has to take bytes first, or the session may be gone.
bool Chain::deliver(std::span<const std::byte> bytes) {
  const IoResult out = send(session_.descriptor(to()).native_handle(), bytes);
  if (out.error != 0 && !out.would_block()) {
    session_.on_receiver_failed(to(), out.error);
    return false;
  }
  count(out.bytes);
  if (out.bytes == bytes.size()) return true;
  if (keep(bytes.subspan(out.bytes))) {
    begin_stall();
    await_receiver();
  } else {
    session_.end(CloseReason::local_error, ENOMEM);
  }
  return false;
}

bool Chain::keep(std::span<const std::byte> bytes) {
  assert(!buffer_ && bytes.size() <= BufferPool::buffer_size);
  buffer_ = session_.host().buffers.lease();
  if (!buffer_) return false;
  kept_ = static_cast<std::uint32_t>(bytes.size());
  std::memcpy(buffer_, bytes.data(), bytes.size());
  return true;
}

void Chain::flush() {
  const std::span<const std::byte> held{buffer_, kept_};
  const IoResult out = send(session_.descriptor(to()).native_handle(), held.last(flow_.undelivered()));
  if (out.error != 0 && !out.would_block()) return session_.on_receiver_failed(to(), out.error);
  if (out.bytes > 0) session_.touch();
  count(out.bytes);
  if (flow_.next() == Flow::Step::send) return await_receiver();
  end_stall();
  give_back_buffer();
  relay();
}

void Chain::forward_end() {
  flow_.on_end();
  // A peer that takes no bytes any more has reset: the end of what it sent is no end in order.
  if (session_.broken()) return session_.on_sender_failed(from_, 0);
  if (const int error = shutdown_send(session_.descriptor(to()).native_handle())) {
    return session_.on_receiver_failed(to(), error);
  }
  flow_.on_end_forwarded();
  session_.on_direction_finished(from_);
}

void Chain::count(std::size_t delivered) noexcept {
  flow_.on_sent(delivered);
  session_.count_delivered(from_, delivered);
}

void Chain::begin_stall() noexcept {
  stalled_ = true;
  stalled_since_ = std::chrono::steady_clock::now();
  session_.on_stalled();
}

void Chain::end_stall() noexcept {
  stalled_total_ = stall_time();
  stalled_ = false;
}

std::chrono::microseconds Chain::stall_time() const noexcept {
  if (!stalled_) return stalled_total_;
  const auto since = std::chrono::steady_clock::now() - stalled_since_;
  return stalled_total_ + std::chrono::duration_cast<std::chrono::microseconds>(since);
}

void Chain::give_back_buffer() noexcept {
  if (buffer_) session_.host().buffers.give_back(buffer_);
  buffer_ = nullptr;
}

DirectionRecord Chain::record() const noexcept {
  return {.read = flow_.received(), .undelivered = flow_.undelivered(), .stalled = stall_time()};
}

}  // namespace duplexd
