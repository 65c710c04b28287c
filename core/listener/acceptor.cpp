#include "core/listener/acceptor.hpp"

#include "core/listener/accept.hpp"
#include "core/listener/listener.hpp"
#include "core/memory/handler.hpp"

#include <cassert>
#include <utility>

namespace duplexd {

namespace {
constexpr int batch = 32;           // clients of one wake before sessions have their turn
constexpr Tick back_off_ticks = 2;  // 200 ms: five attempts a second cost nothing
}  // namespace

Acceptor::Acceptor(Listener& listener, FileDescriptor socket)
    : listener_(listener), socket_(listener.host.executor), unwatched_(std::move(socket)) {}

Acceptor::~Acceptor() = default;

void Acceptor::start() {
  if (const int error = watch(socket_, unwatched_)) return back_off(error);
  wait();
}

void Acceptor::stop() noexcept {
  boost::system::error_code ignored;
  socket_.close(ignored);
  unwatched_.reset();
  pause_ = Pause::none;
}

void Acceptor::wait() {
  assert(!waiting_);
  waiting_ = true;
  pause_ = Pause::none;
  socket_.async_wait(Descriptor::wait_read, Handler<&Acceptor::on_ready>(*this));
}

void Acceptor::on_ready(const boost::system::error_code& error) {
  waiting_ = false;
  if (!socket_.is_open()) return;
  if (error) return back_off(error.value());
  accept_batch();
}

void Acceptor::accept_batch() {
  int went_away = 0;
  for (int i = 0; i < batch; ++i) {
    if (!listener_.reserve()) {
      pause_ = Pause::at_limit;
      return;
    }
    Accepted accepted = accept_client(socket_.native_handle());
    if (accepted.outcome == Accepted::Outcome::client) {
      listener_.on_client(std::move(accepted.client), accepted.address);
      continue;
    }
    listener_.cancel_reservation();
    if (accepted.outcome == Accepted::Outcome::nobody) break;
    listener_.counters.accept_errors.add();
    if (accepted.outcome == Accepted::Outcome::exhausted) return back_off(accepted.error);
    // Every client of a batch gone is no accident any more, and must not become a spin.
    if (++went_away == batch) return back_off(accepted.error);
  }
  wait();
}

void Acceptor::back_off(int error) {
  pause_ = Pause::backing_off;
  resume_at_ = listener_.host.wheel.now() + back_off_ticks;
  listener_.on_back_off(error);
}

void Acceptor::on_tick(Tick now) {
  if (pause_ == Pause::backing_off && now < resume_at_) return;
  on_room();
}

void Acceptor::on_room() {
  if (pause_ == Pause::none || !listener_.has_room()) return;
  if (unwatched_) return start();
  wait();
}

}  // namespace duplexd
