#include "core/net/watched_socket.hpp"

namespace duplexd {

int WatchedSocket::open(FileDescriptor& socket, Kind kind) noexcept {
  if (const int error = poller_.control(EPOLL_CTL_ADD, socket.get(), input, this)) return error;
  socket_ = std::move(socket);
  watched_ = input;
  kind_ = kind;
  exceptional_ = false;
  return 0;
}

// What is ready already is told again.
int WatchedSocket::watch(std::uint32_t events) noexcept {
  const int error = poller_.control(EPOLL_CTL_MOD, socket_.get(), events, this);
  if (error == 0) watched_ = events;
  return error;
}

void WatchedSocket::on_events(std::uint32_t events, Poller::Operations& ended) noexcept {
  exceptional_ |= (events & (EPOLLRDHUP | EPOLLPRI | broken)) != 0;
  for (std::size_t i = 0; i < waits_.size(); ++i) {
    if ((events & (watched_for[i] | broken)) == 0) continue;
    if (Wait* const wait = std::exchange(waits_[i], nullptr)) ended.push(wait);
  }
}

void WatchedSocket::fail(int error) noexcept {
  Poller::Operations failed;
  for (Wait*& wait : waits_) {
    if (!wait) continue;
    wait->fail(error);
    failed.push(std::exchange(wait, nullptr));
  }
  poller_.complete_later(failed);
}

FileDescriptor WatchedSocket::release() noexcept {
  cancel();
  (void)poller_.control(EPOLL_CTL_DEL, socket_.get(), 0, nullptr);
  watched_ = 0;
  return std::move(socket_);
}

void WatchedSocket::close() noexcept {
  if (!is_open()) return;
  cancel();
  watched_ = 0;
  socket_.reset();
}

}  // namespace duplexd
