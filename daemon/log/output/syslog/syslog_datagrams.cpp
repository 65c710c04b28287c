#include "daemon/log/output/syslog/syslog_datagrams.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <cerrno>
#include <chrono>
#include <utility>

namespace duplexd {
namespace {

constexpr std::chrono::milliseconds patience_with_reader{100};

}  // namespace

SyslogDatagrams::SyslogDatagrams(SocketAddress server, SyslogSender sender, LogFormat format,
                                 const Patience& patience)
    : server_(server), sender_(std::move(sender)), format_(format), patience_(patience) {}

std::size_t SyslogDatagrams::put(const LogLine& line) {
  datagram_.clear();
  append_syslog(datagram_, sender_, format_, line);
  lost_before_ = 0;
  const int error = send();
  is_stuck_ = error == EAGAIN;
  return lost_before_ + (error == 0 ? 0 : 1);
}

int SyslogDatagrams::send() {
  int error = try_send();
  if (error == EAGAIN && await_room()) error = try_send();
  if (error == 0 || error == EAGAIN || error == EMSGSIZE) return error;
  // Over UDP it is what became of an earlier datagram.
  if (!server_.is_unix() && error == ECONNREFUSED) ++lost_before_;
  error = connect();
  return error == 0 ? try_send() : error;
}

int SyslogDatagrams::try_send() noexcept {
  ssize_t n = 0;
  do {
    n = ::send(socket_.get(), datagram_.data(), datagram_.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
  } while (n < 0 && errno == EINTR);
  return n < 0 ? errno : 0;
}

int SyslogDatagrams::connect() noexcept {
  FileDescriptor socket(::socket(server_.family(), SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (!socket) return errno;
  const SocketAddress server = server_.with_todays_interface();
  if (::connect(socket.get(), server.data(), server.size()) != 0) return errno;
  socket_ = std::move(socket);
  return 0;
}

bool SyslogDatagrams::await_room() noexcept {
  if (is_stuck_ || patience_.is_over()) return false;
  pollfd room{socket_.get(), POLLOUT, 0};
  return ::poll(&room, 1, static_cast<int>(patience_with_reader.count())) > 0;
}

}  // namespace duplexd
