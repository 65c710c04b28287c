// How bytes come from a client, and go to it.
#include "core/control/control_client.hpp"
#include "core/net/socket/stream.hpp"

#include <algorithm>
#include <array>
#include <span>

namespace duplexd {

void ControlClient::greet() {
  switch (tls_->handshake()) {
    case TlsStream::Progress::wants_readable:
      return wait(Descriptor::wait_read);
    case TlsStream::Progress::wants_writable:
      return wait(Descriptor::wait_write);
    case TlsStream::Progress::failed:
      ++shared_->stats.refused_requests;
      return end();
    case TlsStream::Progress::done:
      state_ = State::receiving;
      return expect_bytes();
  }
}

IoResult ControlClient::receive(std::span<std::byte> into) noexcept {
  return tls_ ? tls_->receive(into) : duplexd::receive(socket_.native_handle(), into);
}

// Of bytes that TLS has taken from the socket already, the socket does not tell: other clients come first.
void ControlClient::expect_bytes() {
  wait(tls_ && tls_->pending() ? Descriptor::wait_write : Descriptor::wait_read);
}

void ControlClient::receive_some() {
  std::array<std::byte, 4096> bytes;
  const IoResult in = receive(bytes);
  if (in.would_block()) return wait(Descriptor::wait_read);
  if (in.error != 0) return end();
  if (in.end_of_stream()) {
    return reader_.between_requests() ? end() : refuse(error_response(400, "the request ends in its middle"));
  }
  if (reader_.between_requests()) {
    due_ = Clock::now() + shared_->limits.request;
    had_reprieve_ = false;
  }
  reader_.append(std::span(bytes).first(in.bytes));
  parse();
}

void ControlClient::flush() {
  const auto bytes = std::as_bytes(std::span(output_)).subspan(sent_);
  const IoResult out = tls_ ? tls_->send(bytes) : send(socket_.native_handle(), bytes);
  if (out.error != 0 && !out.would_block()) return end();
  sent_ += out.bytes;
  if (out.bytes > 0) due_ = std::min(Clock::now() + shared_->limits.delivery, last_due_);
  if (sent_ < output_.size()) return wait(Descriptor::wait_write);
  if (connection_.keep_alive) return expect_next();
  const bool needs_time = refused_ && peer_.is_remote();
  needs_time ? part() : end();
}

void ControlClient::part() {
  (void)(tls_ ? tls_->finish() : shutdown_send(socket_.native_handle()));
  state_ = State::parting;
  due_ = Clock::now() + shared_->limits.farewell;
  wait(Descriptor::wait_read);
}

void ControlClient::drop_some() {
  std::array<std::byte, 4096> bytes;
  const IoResult in = duplexd::receive(socket_.native_handle(), bytes);
  if (in.end_of_stream() || (in.error != 0 && !in.would_block())) return end();
  wait(Descriptor::wait_read);
}

}  // namespace duplexd
