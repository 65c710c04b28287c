#include "daemon/log/output/syslog/syslog_stream.hpp"

#include <fmt/format.h>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <iterator>
#include <string_view>
#include <utility>

namespace duplexd {
namespace {

using namespace std::chrono_literals;

constexpr auto shortest_pause = 500ms;
constexpr auto longest_pause = 16s;
constexpr auto longest_dial = 5s;
constexpr unsigned longest_silence = 30'000;  // ms in which the server acknowledges nothing

}  // namespace

SyslogStream::SyslogStream(SocketAddress server, SyslogSender sender, LogFormat format)
    : server_(server), sender_(std::move(sender)), format_(format), pause_(shortest_pause) {}

std::size_t SyslogStream::put(const LogLine& line) {
  message_.clear();
  append_syslog(message_, sender_, format_, line);
  const std::size_t before = kept_.size();
  if (before + message_.size() > most_kept) return 1;
  fmt::format_to(std::back_inserter(kept_), "{} {}", message_.size(), message_);
  sizes_.push_back(kept_.size() - before);
  return 0;
}

std::size_t SyslogStream::flush() {
  if (!sizes_.empty() && is_connected()) send();
  return 0;
}

bool SyslogStream::is_connected() {
  if (socket_ && !is_dialling_ && was_closed()) hang_up();
  if (!socket_ && Clock::now() >= due_) dial();
  return socket_ && (!is_dialling_ || is_dialled());
}

void SyslogStream::dial() {
  due_ = Clock::now() + pause_;
  pause_ = std::min<Clock::duration>(2 * pause_, longest_pause);
  FileDescriptor socket(::socket(server_.family(), SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!socket) return;
  ::setsockopt(socket.get(), IPPROTO_TCP, TCP_USER_TIMEOUT, &longest_silence, sizeof(longest_silence));
  const SocketAddress server = server_.with_todays_interface();
  if (::connect(socket.get(), server.data(), server.size()) != 0 && errno != EINPROGRESS) return;
  socket_ = std::move(socket);
  is_dialling_ = true;
}

// It is looked at again with the next flush().
bool SyslogStream::is_dialled() {
  pollfd answer{socket_.get(), POLLOUT, 0};
  if (::poll(&answer, 1, 0) == 0) {
    if (Clock::now() > due_ + longest_dial) hang_up();
    return false;
  }
  int error = 0;
  socklen_t size = sizeof(error);
  ::getsockopt(socket_.get(), SOL_SOCKET, SO_ERROR, &error, &size);
  if (error != 0) return hang_up(), false;
  is_dialling_ = false;
  pause_ = shortest_pause;
  return true;
}

// A server says nothing: there is something to read only if it has closed.
bool SyslogStream::was_closed() const noexcept {
  char byte = 0;
  const ssize_t n = ::recv(socket_.get(), &byte, 1, MSG_DONTWAIT);
  return n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR);
}

void SyslogStream::send() {
  while (!sizes_.empty()) {
    const std::string_view left = std::string_view(kept_).substr(sent_);
    const ssize_t n = ::send(socket_.get(), left.data(), left.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0 && errno == EAGAIN) return;
    if (n < 0) return hang_up();
    on_sent(static_cast<std::size_t>(n));
  }
}

// A message that was sent in part stays as a whole, for another connection.
void SyslogStream::on_sent(std::size_t bytes) {
  std::size_t done = 0;
  sent_ += bytes;
  for (; !sizes_.empty() && sent_ >= sizes_.front(); sizes_.pop_front()) {
    done += sizes_.front();
    sent_ -= sizes_.front();
  }
  kept_.erase(0, done);
}

void SyslogStream::hang_up() noexcept {
  socket_.reset();
  is_dialling_ = false;
  sent_ = 0;
}

}  // namespace duplexd
