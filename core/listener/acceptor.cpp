#include "core/listener/acceptor.hpp"

#include "core/listener/accept.hpp"
#include "core/listener/listener.hpp"
#include "core/memory/handler.hpp"

#include <boost/asio/error.hpp>

#include <cassert>
#include <utility>

namespace duplexd {

namespace {
constexpr int batch = 32;           // clients of one wake before sessions have their turn
constexpr Tick back_off_ticks = 2;  // 200 ms: five attempts a second cost nothing
}  // namespace

Acceptor::Acceptor(Listener& listener, int socket)
    : listener_(&listener), socket_(socket), watched_(listener.host().loop) {}

Acceptor::~Acceptor() { stop(); }

void Acceptor::start() {
  state_ = State::accepting;
  FileDescriptor borrowed(socket_);
  const int error = watched_.is_open() ? 0 : watched_.open(borrowed, WatchedSocket::Kind::other);
  (void)borrowed.release();
  if (error != 0) return back_off(error);
  await_turn();
}

void Acceptor::stop() noexcept {
  state_ = State::stopped;
  if (watched_.is_open()) (void)watched_.release().release();
}

void Acceptor::finish() {
  if (state_ == State::accepting) {
    while (accept_batch()) {
    }
  }
  stop();
}

void Acceptor::await_client() {
  waiting_ = true;
  watched_.async_wait(WatchedSocket::Event::readable, Handler<&Acceptor::on_ready>(*this));
}

// Clients may be there already.
void Acceptor::await_turn() {
  if (waiting_) return;
  waiting_ = true;
  watched_.async_yield(Handler<&Acceptor::on_ready>(*this));
}

void Acceptor::on_ready(const boost::system::error_code& error) {
  waiting_ = false;
  if (state_ != State::accepting) return;
  // Stopped and started again before it heard of that.
  if (error == boost::asio::error::operation_aborted) return await_turn();
  if (error) return back_off(error.value());
  if (accept_batch()) return await_turn();
  if (state_ == State::accepting) await_client();
}

/// Whether there may be more clients.
bool Acceptor::accept_batch() {
  int went_away = 0;
  for (int i = 0; i < batch; ++i) {
    if (!listener_->reserve()) {
      state_ = State::at_limit;
      return false;
    }
    Accepted accepted = accept_client(socket_);
    if (accepted.outcome == Accepted::Outcome::client) {
      listener_->on_client(std::move(accepted.client), accepted.address);
      continue;
    }
    listener_->cancel_reservation();
    if (accepted.outcome == Accepted::Outcome::nobody) return false;
    listener_->counters().accept_errors.add();
    // Every client of a batch gone is no accident any more, and must not become a spin.
    const bool pause = accepted.outcome == Accepted::Outcome::exhausted || ++went_away == batch;
    if (pause) {
      back_off(accepted.error);
      return false;
    }
  }
  return true;
}

void Acceptor::back_off(int error) {
  state_ = State::backing_off;
  resume_at_ = listener_->host().wheel.now() + back_off_ticks;
  listener_->on_back_off(error);
}

void Acceptor::on_tick(Tick now) {
  if (state_ == State::backing_off && now < resume_at_) return;
  on_room();
}

void Acceptor::on_room() {
  const bool paused = state_ == State::backing_off || state_ == State::at_limit;
  if (paused && listener_->has_room()) start();
}

}  // namespace duplexd
