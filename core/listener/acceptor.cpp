#include "core/listener/acceptor.hpp"

#include "core/listener/accept.hpp"
#include "core/listener/listener.hpp"
#include "core/memory/handler.hpp"

#include <boost/asio/error.hpp>

#include <limits>
#include <utility>

namespace duplexd {

namespace {
constexpr int batch = 16;           // clients before sessions have their turn: less than a millisecond
constexpr Tick back_off_ticks = 2;  // 200 ms: five attempts a second cost nothing
constexpr std::size_t everybody = std::numeric_limits<std::size_t>::max();
}  // namespace

Acceptor::Acceptor(Listener& listener, int socket)
    : listener_(&listener), socket_(socket), watched_(listener.services().loop) {}

Acceptor::~Acceptor() { pause(); }

void Acceptor::resume() {
  const auto released_on_return = std::move(pausing_);
  state_ = State::accepting;
  left_ = everybody;
  await_turn();
}

void Acceptor::pause() noexcept {
  const auto released_on_return = std::move(pausing_);
  state_ = State::paused;
  unwatch();
}

void Acceptor::pause_after_backlog(Pausing pausing) {
  if (state_ == State::paused) return;
  if (state_ != State::ending) left_ = clients_waiting(socket_).value_or(listener_->backlog());
  state_ = State::ending;
  pausing_ = std::move(pausing);
  unwatch();
  await_turn();
}

void Acceptor::await_client() {
  if (const int error = watch()) return back_off(error);
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
  if (!accepts()) return;
  // The watch ended while this waited: a turn comes first.
  if (error == boost::asio::error::operation_aborted) return await_turn();
  if (error) return back_off(error.value());
  const bool more = accept_batch();
  if (!accepts()) return;
  if (more && left_ > 0) return await_turn();
  state_ == State::ending ? pause() : await_client();
}

/// Whether there may be more clients. A listener that refuses takes a place after it has accepted: a place
/// that is held while nobody comes would make another worker refuse a client that fits.
bool Acceptor::accept_batch() {
  int went_away = 0;
  const bool refuses = listener_->refuses_when_full();
  for (int i = 0; i < batch && left_ > 0; ++i, --left_) {
    if (!refuses && !listener_->reserve()) {
      listener_->on_full();
      suspend(State::full);
      return false;
    }
    Accepted accepted = accept_client(socket_);
    if (accepted.outcome == Accepted::Outcome::client) {
      !refuses || listener_->reserve() ? listener_->on_client(std::move(accepted.client), accepted.address)
                                       : listener_->refuse(accepted.client, accepted.address);
      continue;
    }
    if (!refuses) listener_->cancel_reservation();
    if (accepted.outcome == Accepted::Outcome::nobody) return false;
    listener_->counters().accept_errors.add(accepted.error);
    // A batch in which every client went away is a fault of the host: a pause keeps it from spinning.
    const bool pause = accepted.outcome == Accepted::Outcome::exhausted || ++went_away == batch;
    if (pause) {
      back_off(accepted.error);
      return false;
    }
  }
  return true;
}

void Acceptor::back_off(int error) {
  listener_->on_back_off(error);
  resume_at_ = listener_->services().wheel.now() + back_off_ticks;
  suspend(State::backing_off);
}

// An acceptor that is ending pauses at the first shortage. The watch goes because a new client wakes only one
// of the workers that watch a shared socket.
void Acceptor::suspend(State shortage) noexcept {
  if (state_ == State::ending) return pause();
  state_ = shortage;
  unwatch();
}

void Acceptor::on_tick(Tick now) {
  if (state_ == State::backing_off && now < resume_at_) return;
  on_room();
}

void Acceptor::on_room() {
  const bool suspended = state_ == State::backing_off || state_ == State::full;
  if (suspended && (listener_->has_room() || listener_->refuses_when_full())) resume();
}

int Acceptor::watch() noexcept {
  if (watched_.is_open()) return 0;
  FileDescriptor borrowed(socket_);
  const int error = watched_.open(borrowed, WatchedSocket::Kind::listening);
  (void)borrowed.release();
  return error;
}

void Acceptor::unwatch() noexcept {
  if (watched_.is_open()) (void)watched_.release().release();
}

}  // namespace duplexd
