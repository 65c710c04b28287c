#include "tests/bench/stream.hpp"

#include "tests/bench/system.hpp"

#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <utility>

namespace duplexd::bench {
namespace {

constexpr std::uint32_t events_of_stream = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
constexpr std::size_t drained_at_once = 4 * 1024 * 1024;
constexpr std::size_t drained_of_tls = 256 * 1024;

/// Nothing to be had is 0.
ssize_t unless_lost(ssize_t result, const char* call) {
  if (result < 0 && errno != EAGAIN) checked(result, call);
  return result;
}

}  // namespace

Stream::Stream(Poller& poller, FileDescriptor socket, Session& session)
    : poller_(poller), socket_(std::move(socket)), session_(session) {
  poller_.watch(socket_.get(), this, events_of_stream);
}

// The peer hears of the end, if it still listens.
Stream::~Stream() {
  if (tls_) SSL_shutdown(tls_.get());
}

void Stream::rearm() { poller_.rearm(socket_.get(), this, events_of_stream); }

// After an error or a hang-up the next call has to say what it was.
void Stream::note(std::uint32_t events) noexcept {
  if (events & (EPOLLERR | EPOLLHUP)) events |= EPOLLIN | EPOLLOUT | EPOLLRDHUP;
  readable_ |= (events & (EPOLLIN | EPOLLRDHUP)) != 0;
  writable_ |= (events & EPOLLOUT) != 0;
  ending_ |= (events & EPOLLRDHUP) != 0;
  connected_ |= writable_;
}

std::size_t Stream::received(ssize_t result, std::size_t asked) {
  unless_lost(result, "recv");
  const std::size_t count = result > 0 ? static_cast<std::size_t>(result) : 0;
  ended_ = result == 0;
  readable_ = !ended_ && (count == asked || (count > 0 && (ending_ || tls_)));
  moved_ += count;
  return count;
}

std::size_t Stream::receive(std::span<char> buffer) {
  if (tls_) return received(tls_receive(*tls_, buffer), buffer.size());
  return received(::recv(socket_.get(), buffer.data(), buffer.size(), 0), buffer.size());
}

std::size_t Stream::discard(std::size_t most) {
  static std::array<char, drained_of_tls> ignored;
  if (tls_) return receive(ignored);
  return received(::recv(socket_.get(), nullptr, most, MSG_TRUNC), most);
}

std::size_t Stream::send(std::span<const char> bytes) {
  const ssize_t result = unless_lost(
      tls_ ? tls_send(*tls_, bytes) : ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL),
      "send");
  const std::size_t count = result > 0 ? static_cast<std::size_t>(result) : 0;
  writable_ = count == bytes.size();
  moved_ += count;
  return count;
}

void Stream::end_sending() {
  if (::shutdown(socket_.get(), SHUT_WR) != 0 && errno != ENOTCONN) checked(-1, "shutdown");
}

std::size_t flood(Stream& stream, std::span<const char> bytes) {
  std::size_t total = 0;
  for (int round = 0; stream.writable() && round < rounds_at_once; ++round) total += stream.send(bytes);
  if (stream.writable()) stream.rearm();
  return total;
}

std::size_t drain(Stream& stream) {
  std::size_t total = 0;
  for (int round = 0; stream.readable() && round < rounds_at_once; ++round)
    total += stream.discard(drained_at_once);
  if (stream.readable()) stream.rearm();
  return total;
}

}  // namespace duplexd::bench
