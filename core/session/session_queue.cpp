// How a session waits for an endpoint that has room.
#include "core/memory/handler.hpp"
#include "core/net/operation.hpp"
#include "core/session/session.hpp"

#include <boost/system/error_code.hpp>

#include <cassert>
#include <cstddef>
#include <utility>

namespace duplexd {

namespace {

// Endpoints also get room when one comes up or a reload adds one, of which the line is not told.
constexpr std::chrono::seconds look{1};

}  // namespace

struct Session::RoomCall {
  using allocator_type = HandlerAllocator<std::byte, WaitMemory, BegunBy::any_thread>;
  allocator_type get_allocator() const noexcept { return allocator_type(session->dial_memory()); }
  void operator()(const boost::system::error_code&) const {
    assert(!session->dial_memory().busy());
    session->on_room();
  }

  Session* session;
};

void Session::await_room() {
  Waiting& waiting = connector_->waiting();
  const bool was_called = waiting.has_place();
  waiting.set_owner(this, [](void* session) noexcept { static_cast<Session*>(session)->call_for_room(); });
  if (!upstream_->line().join(waiting, upstream_->config().max_waiting)) return end(CloseReason::queue_full);
  room_awaited_ = true;
  waiting_since_ = services().wheel.now();
  if (queue_due_ == never) queue_due_ = due_after(waiting_since_, route_.config().timeouts.queue);
  look_for_room();
  if (was_called && connector_->attempts() > 0) upstream_->line().call_next(waiting);
  watch_client();
}

// Somebody may have left between the last look and joining: then whoever is first is called.
void Session::look_for_room() noexcept {
  attempt_due_ = due_after(services().wheel.now(), look);
  schedule();
  if (connector_->has_room()) upstream_->line().call_first();
}

// On the thread of whoever left an endpoint. No operation of the dial is outstanding, so its memory is free.
void Session::call_for_room() noexcept { services().loop.post(OperationOf<RoomCall>::make({this})); }

// It has left the line by the time that the next is called, which comes after it then.
void Session::on_room() {
  room_awaited_ = false;
  if (ended()) return release_if_idle();
  if (handshake_due_ != never) handshake_due_ += services().wheel.now() - waiting_since_;
  if (missed_dial_ |= frozen_; frozen_) return;
  Dial dial = connector_->dial();
  if (dial.state != Dial::State::full) connector_->leave_line();
  obey(std::move(dial));
}

void Session::on_queue_deadline() {
  if (queue_due_ <= services().wheel.now()) return end(CloseReason::queue_timeout);
  look_for_room();
}

// A call that is on the way still comes.
void Session::leave_line() noexcept {
  if (room_awaited_) room_awaited_ = upstream_->line().leave(connector_->waiting());
}

}  // namespace duplexd
