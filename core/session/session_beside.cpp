// How a session dials the other family of a name beside the first (RFC 8305).
#include "core/session/session.hpp"

#include <cassert>
#include <cerrno>
#include <utility>

namespace duplexd {

void Session::schedule_beside() noexcept {
  const auto after = connector_->beside_after();
  beside_due_ = after ? due_about(services().wheel.now(), *after) : never;
}

// While there are too many, or the last one still closes, it comes later.
void Session::dial_beside() {
  assert(stage_ == Stage::dial);
  const bool begins = !beside_ && make_beside();
  beside_due_ = begins ? never : services().wheel.now() + 1;
  schedule();
  if (begins) obey_beside(connector_->dial_beside());
}

bool Session::make_beside() noexcept {
  if (services().besides.live() >= Beside::most) return false;
  beside_ = services().besides.create(services().loop, this, [](void* session, const ErrorCode& error) {
    static_cast<Session*>(session)->on_beside(error);
  });
  return beside_ != nullptr;
}

void Session::on_beside(const ErrorCode& error) {
  if (ended()) {
    drop_beside();
    return release_if_idle();
  }
  if (missed_beside_ |= frozen_; frozen_) return;
  if (!beside_->is_open()) return drop_beside();
  if (error) return end(CloseReason::local_error, error.value());
  obey_beside(connector_->resume_beside(beside_->descriptor()));
}

// on_connection() goes on with one that is connected, when the wait for the first has ended.
void Session::obey_beside(Dial dial) {
  if (dial.state == Dial::State::failed) return drop_beside();
  if (dial.socket) {
    if (const int error = beside_->open(dial.socket, WatchedSocket::Kind::tcp))
      return end(CloseReason::local_error, error);
  }
  if (dial.state == Dial::State::in_progress) return beside_->wait();
  beside_->set_connected();
  endpoint_.cancel();
}

void Session::drop_beside() noexcept {
  if (!beside_) return;
  beside_->close();
  if (!beside_->waits()) services().besides.destroy(std::exchange(beside_, nullptr));
}

}  // namespace duplexd
