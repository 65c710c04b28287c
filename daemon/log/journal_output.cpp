#include "daemon/log/journal_output.hpp"

#include "daemon/log/log_format.hpp"
#include "daemon/unix_datagram.hpp"

#include <sys/socket.h>

#include <cerrno>
#include <utility>

namespace duplexd {
namespace {

bool receiver_is_gone(int error) noexcept {
  return error == ECONNREFUSED || error == ENOTCONN || error == ECONNRESET || error == EPIPE ||
         error == EBADF;
}

}  // namespace

JournalOutput::JournalOutput(const Patience& patience, std::string path)
    : patience_(patience), path_(std::move(path)) {
  connect();
}

std::size_t JournalOutput::put(const LogLine& line) {
  datagram_.clear();
  append_journal(datagram_, line);
  return send(datagram_) ? 0 : 1;
}

bool JournalOutput::send(const std::string& datagram) {
  int error = try_send(datagram);
  // journald was started anew, or was not there before.
  if (receiver_is_gone(error) && connect()) error = try_send(datagram);
  while (error == EAGAIN || error == EINTR) {
    if (!patience_.wait_writable(socket_.get())) return false;
    error = try_send(datagram);
  }
  return error == 0;
}

int JournalOutput::try_send(const std::string& datagram) noexcept {
  const ssize_t n = ::send(socket_.get(), datagram.data(), datagram.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
  return n < 0 ? errno : 0;
}

bool JournalOutput::connect() noexcept {
  socket_ = connect_unix_datagram(path_);
  return static_cast<bool>(socket_);
}

}  // namespace duplexd
