#include "core/control/control_client.hpp"

#include "core/memory/owning_handler.hpp"
#include "core/net/socket/stream.hpp"

#include <boost/asio/error.hpp>

#include <poll.h>

#include <algorithm>
#include <exception>
#include <new>
#include <utility>

namespace duplexd {
namespace {

// How many times the time of a delivery it may take as long as it goes on.
constexpr int longest_delivery = 6;
// Two sweeps, between which the thread gets to every client.
constexpr std::chrono::milliseconds reprieve{200};

bool is_ready(int socket, short events) noexcept {
  pollfd entry{socket, events, 0};
  return ::poll(&entry, 1, 0) > 0;
}

// poll(2) always reports POLLHUP and POLLERR.
bool has_left(int socket) noexcept { return is_ready(socket, 0); }

}  // namespace

ControlClient::ControlClient(std::shared_ptr<ControlShared> shared, const ControlPeer& peer)
    : shared_(std::move(shared)),
      peer_(peer),
      socket_(shared_->executor),
      reader_(shared_->limits),
      due_(Clock::now() + shared_->limits.request) {}

void ControlClient::start(FileDescriptor socket, std::shared_ptr<const ListenerTls> tls) {
  if (watch(socket_, socket) != 0) return end();
  if (tls) {
    tls_of_listener_ = std::move(tls);
    tls_ = tls_of_listener_->accept(socket_.native_handle());
    if (!tls_) return end();
    state_ = State::greeting;
  }
  wait(Descriptor::wait_read);
}

void ControlClient::end() noexcept {
  ErrorCode ignored;
  if (tls_ && socket_.is_open()) (void)tls_->finish();
  socket_.close(ignored);
  shared_->stats.handler_memory_fallbacks += memory_.fallbacks();
  std::erase_if(shared_->clients, [this](const auto& client) { return client.get() == this; });
}

bool ControlClient::idle() {
  return state_ == State::receiving && number_ > 0 && reader_.between_requests() &&
         peek(socket_.native_handle()).would_block();
}

void ControlClient::wait(Descriptor::wait_type what) {
  waiting_ = true;
  socket_.async_wait(what, OwningHandler<&ControlClient::on_ready>(shared_from_this()));
}

void ControlClient::on_ready(const ErrorCode& error) {
  waiting_ = false;
  if (!socket_.is_open()) return;
  // An answer or a deadline cancels the wait, and has set the state.
  if (error && error != boost::asio::error::operation_aborted) return end();
  try {
    go_on();
  } catch (const std::bad_alloc&) {
    give_up();
  } catch (const std::exception&) {  // from Answer
    end();
  }
}

// What the answer took is free again, so that there is mostly enough to say this.
void ControlClient::give_up() noexcept {
  try {
    refuse(error_response(503, "there was too little memory for an answer"));
  } catch (const std::exception&) {
    end();
  }
}

void ControlClient::go_on() {
  switch (state_) {
    case State::greeting:
      return greet();
    case State::receiving:
      return receive_some();
    case State::pipelined:
      return parse();
    case State::answering:
      return notice_leaving();
    case State::sending:
      return flush();
    case State::parting:
      return drop_some();
  }
}

void ControlClient::parse() {
  HttpInput input = reader_.next();
  if (auto* const request = std::get_if<HttpRequest>(&input)) return ask(std::move(*request));
  if (auto* const refusal = std::get_if<ControlResponse>(&input)) return refuse(std::move(*refusal));
  state_ = State::receiving;
  expect_bytes();
}

void ControlClient::ask(HttpRequest request) {
  state_ = State::answering;
  due_ = Clock::time_point::max();
  connection_ = {.keep_alive = request.keep_alive, .head = request.method == "HEAD"};
  ++shared_->stats.requests;
  shared_->answer(
      {std::move(request.method), std::move(request.target), std::move(request.body), peer_.credentials,
       std::move(request.host), std::move(request.authorization), std::move(request.if_none_match)},
      [self = weak_from_this(), number = ++number_](ControlResponse response) {
        if (const auto client = self.lock()) client->respond(number, std::move(response));
      });
  if (!socket_.is_open()) return;
  state_ == State::sending ? flush() : wait(Descriptor::wait_error);
}

// A client that only half-closed still wants its answer; poll(2) reports no hang-up for it.
void ControlClient::notice_leaving() {
  if (has_left(socket_.native_handle())) return end();
  wait(Descriptor::wait_error);
}

void ControlClient::respond(std::uint64_t number, ControlResponse response) noexcept {
  if (!socket_.is_open() || state_ != State::answering || number != number_) return;
  try {
    prepare(std::move(response));
  } catch (const std::exception&) {
    end();
  }
}

void ControlClient::refuse(ControlResponse response) {
  ++shared_->stats.refused_requests;
  refused_ = true;
  connection_ = {.keep_alive = false, .head = false};
  prepare(std::move(response));
  if (!waiting_) flush();
}

/// Wakes a waiting client to send; if none waits, the caller sends.
void ControlClient::prepare(ControlResponse response) {
  if (shared_->finishing) connection_.keep_alive = false;
  output_ = to_wire(std::move(response), connection_);
  sent_ = 0;
  state_ = State::sending;
  had_reprieve_ = false;
  due_ = Clock::now() + shared_->limits.delivery;
  last_due_ = Clock::now() + longest_delivery * shared_->limits.delivery;
  ErrorCode ignored;
  if (waiting_) socket_.cancel(ignored);
}

void ControlClient::expect_next() {
  output_ = {};
  had_reprieve_ = false;
  const bool is_idle = reader_.between_requests();
  due_ = Clock::now() + (is_idle ? shared_->limits.idle : shared_->limits.request);
  state_ = is_idle ? State::receiving : State::pipelined;
  is_idle ? expect_bytes() : wait(Descriptor::wait_write);
}

// Where the thread was held up, what came in time may still lie in the socket: it gets one chance to be read.
bool ControlClient::is_reprieved(Clock::time_point now) noexcept {
  if (state_ == State::pipelined) return true;  // its request has come
  const short events = state_ == State::sending ? POLLOUT : POLLIN;
  if (had_reprieve_ || !is_ready(socket_.native_handle(), events)) return false;
  had_reprieve_ = true;
  due_ = now + reprieve;
  return true;
}

void ControlClient::on_sweep(Clock::time_point now) {
  if (now < due_) return;
  if (state_ == State::parting) return end();
  if (is_reprieved(now)) return;
  ++shared_->stats.timed_out;
  if (state_ != State::receiving || reader_.between_requests()) return end();
  try {
    refuse(error_response(408, "the request did not arrive in time"));
  } catch (const std::exception&) {
    end();
  }
}

}  // namespace duplexd
