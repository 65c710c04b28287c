#include "core/net/watched_socket.hpp"

#include <sys/epoll.h>

namespace duplexd {

namespace {

using Event = WatchedSocket::Event;

constexpr auto readable = static_cast<std::uint8_t>(Event::readable);
constexpr auto writable = static_cast<std::uint8_t>(Event::writable);
constexpr auto hang_up = static_cast<std::uint8_t>(Event::hang_up);

constexpr std::uint32_t always_watched = EPOLLERR | EPOLLHUP;
constexpr std::uint32_t input = EPOLLIN | EPOLLRDHUP | EPOLLPRI;
constexpr std::uint32_t output = EPOLLOUT;

std::uint32_t watched_for(std::uint32_t event) noexcept {
  return event == readable ? input : event == writable ? output : 0;
}

std::uint8_t told_by(std::uint32_t events) noexcept {
  if (events & always_watched) return readable | writable | hang_up;
  return static_cast<std::uint8_t>((events & input ? readable : 0) | (events & output ? writable : 0));
}

}  // namespace

int WatchedSocket::open(FileDescriptor& socket, Kind kind) noexcept {
  // EPOLLEXCLUSIVE allows no other flags, and no EPOLL_CTL_MOD: see watch().
  const bool listening = kind == Kind::listening;
  const std::uint32_t events = listening ? EPOLLIN | EPOLLEXCLUSIVE : input;
  if (const int error = loop_.control(EPOLL_CTL_ADD, socket.get(), events | EPOLLET, this)) return error;
  socket_ = std::move(socket);
  // As if a listening socket had all of it, so that begin() never tries EPOLL_CTL_MOD.
  watched_ = input;
  kind_ = kind;
  told_ = 0;
  broken_ = exceptional_ = may_have_duplicate_ = false;
  return 0;
}

void WatchedSocket::begin(Operation& wait) noexcept {
  Operation** last = &waits_;
  while (*last) last = &(*last)->next;
  wait.next = nullptr;
  *last = &wait;
  told_ &= static_cast<std::uint8_t>(~wait.event);
  const std::uint32_t wanted = watched_ | watched_for(wait.event);
  if (wanted == watched_) return;
  if (const int error = watch(wanted)) fail(error);
}

// EPOLL_CTL_MOD tells again what is ready.
int WatchedSocket::watch(std::uint32_t events) noexcept {
  if (kind_ == Kind::listening) return EINVAL;
  const int error = loop_.control(EPOLL_CTL_MOD, socket_.get(), events | EPOLLET, this);
  if (error == 0) watched_ = events;
  return error;
}

void WatchedSocket::mute() noexcept {
  std::uint32_t wanted = 0;
  for (const Operation* wait = waits_; wait; wait = wait->next) wanted |= watched_for(wait->event);
  if (wanted != watched_) (void)watch(wanted);
}

void WatchedSocket::on_events(std::uint32_t events) noexcept {
  exceptional_ |= (events & (EPOLLRDHUP | EPOLLPRI | always_watched)) != 0;
  broken_ |= (events & always_watched) != 0;
  const std::uint8_t told = told_by(events);
  std::uint32_t taken = 0;
  for (Operation** link = &waits_; *link;) {
    Operation& wait = **link;
    if ((told & wait.event) == 0) {
      link = &wait.next;
      continue;
    }
    taken |= wait.event;
    *link = wait.next;
    loop_.complete_later(wait);
  }
  told_ |= static_cast<std::uint8_t>(told & ~taken);
}

void WatchedSocket::fail(int error) noexcept {
  while (Operation* const wait = waits_) {
    waits_ = wait->next;
    wait->error = error;
    loop_.complete_later(*wait);
  }
}

FileDescriptor WatchedSocket::release() noexcept {
  cancel();
  (void)loop_.control(EPOLL_CTL_DEL, socket_.get(), 0, nullptr);
  watched_ = 0;
  return std::move(socket_);
}

void WatchedSocket::close() noexcept {
  if (!is_open()) return;
  if (may_have_duplicate_) return (void)release();
  cancel();
  watched_ = 0;
  socket_.reset();
}

}  // namespace duplexd
