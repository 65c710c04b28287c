// How a session waits until it may shake hands with its client (limits.handshakes).
#include "core/memory/handler.hpp"
#include "core/net/operation.hpp"
#include "core/session/session.hpp"

#include <boost/system/error_code.hpp>

#include <cassert>
#include <cstddef>
#include <utility>

namespace duplexd {

struct Session::PlaceCall {
  using allocator_type = HandlerAllocator<std::byte, WaitMemory, BegunBy::any_thread>;
  allocator_type get_allocator() const noexcept { return allocator_type(session->dial_memory()); }
  void operator()(const boost::system::error_code&) const {
    assert(!session->dial_memory().busy());
    session->on_place();
  }

  Session* session;
};

// It may have waited already, and its client have said more.
void Session::await_place() {
  if (!greeting_->place().waits()) {
    if (!std::exchange(waited_for_place_, true)) route_.counters.handshakes_waited.add();
    place_awaited_ = true;
    greeting_->place().wait(this,
                            [](void* session) noexcept { static_cast<Session*>(session)->call_for_place(); });
  }
  watch_client();
}

// On the thread of whoever gave a place back. Nothing else uses the memory before the handshake.
void Session::call_for_place() noexcept { services().loop.post(OperationOf<PlaceCall>::make({this})); }

void Session::on_place() {
  place_awaited_ = false;
  if (ended()) return release_if_idle();
  greeting_->place().called();
  if (!frozen_) go_on_greeting();
}

// A call that is on its way still comes.
void Session::leave_handshake() noexcept {
  if (!greeting_) return;
  const bool was_called = greeting_->place().leave();
  place_awaited_ = place_awaited_ && was_called;
}

}  // namespace duplexd
