#pragma once

#include "core/net/file_descriptor.hpp"
#include "core/net/wait_operation.hpp"

#include <boost/asio/detail/epoll_reactor.hpp>
#include <boost/asio/detail/scheduler.hpp>
#include <boost/asio/io_context.hpp>

#include <cerrno>
#include <new>
#include <utility>

namespace duplexd {

using Reactor = boost::asio::detail::epoll_reactor;

/// The reactor of `context`, which lives as long as that and is used by the one thread that runs it.
inline Reactor& reactor_of(boost::asio::io_context& context) {
  Reactor& reactor = boost::asio::use_service<Reactor>(context);
  reactor.init_task();
  return reactor;
}

/// A socket of the data path: Asio's reactor watches it, and we do the reading and writing
/// (core/net/stream.hpp). It costs one epoll_ctl(2) for its life, and one more if its writability is ever
/// waited for, where Asio's own descriptors cost one for each wait, one to close, and an ioctl(2). For that
/// it goes below Asio's public interface, to the reactor that those are made of (Boost 1.81), and asks more
/// of its user:
///
/// readiness is told once, when it comes (EPOLLET, epoll(7)). Wait for it only after the socket would have
/// blocked, with nothing else waited for since; after anything less certain, try the socket first.
///
/// Used by the reactor's thread only.
class WatchedSocket {
 public:
  enum class Event { readable = Reactor::read_op, writable = Reactor::write_op, error = Reactor::except_op };

  explicit WatchedSocket(Reactor& reactor) noexcept : reactor_(reactor) {}
  ~WatchedSocket() { close(); }
  WatchedSocket(const WatchedSocket&) = delete;
  WatchedSocket& operator=(const WatchedSocket&) = delete;

  /// Takes the socket over. Returns 0, or errno and it stays the caller's.
  int open(FileDescriptor& socket) noexcept;
  bool is_open() const noexcept { return static_cast<bool>(socket_); }
  int get() const noexcept { return socket_.get(); }

  /// Calls `handler` when `event` comes, or an error or a hang-up, which are events of every kind. It may
  /// come without cause. One wait at a time for each kind. The memory is that of the handler's allocator.
  template <class Handler>
  void async_wait(Event event, Handler handler);

  /// Calls `handler` when the others of this thread that are ready have had their turn.
  template <class Handler>
  void async_yield(Handler handler);

  /// Nothing that happens to the socket wakes the thread until the next wait, which goes by how the socket is
  /// then. There is none now.
  void mute() noexcept { forget(false); }

  void cancel() noexcept { reactor_.cancel_ops(socket_.get(), state_); }  ///< waits end as operation_aborted

  /// Both cancel(), and end the watch.
  FileDescriptor release() noexcept;
  void close() noexcept;

 private:
  int watch(int socket) noexcept;
  void fail(boost::asio::detail::reactor_op* operation, int error);
  void forget(bool closing) noexcept {
    reactor_.deregister_descriptor(socket_.get(), state_, closing);
    reactor_.cleanup_descriptor_data(state_);
  }

  Reactor& reactor_;
  Reactor::per_descriptor_data state_ = nullptr;
  FileDescriptor socket_;
};

inline int WatchedSocket::open(FileDescriptor& socket) noexcept {
  const int error = watch(socket.get());
  if (error == 0) socket_ = std::move(socket);
  return error;
}

inline int WatchedSocket::watch(int socket) noexcept try {
  const int error = reactor_.register_descriptor(socket, state_);
  if (error != 0) forget(true);
  return error;
} catch (const std::bad_alloc&) {
  return ENOMEM;
}

inline void WatchedSocket::fail(boost::asio::detail::reactor_op* operation, int error) {
  operation->ec_ = boost::system::error_code(error, boost::system::system_category());
  reactor_.post_immediate_completion(operation, false);
}

template <class Handler>
void WatchedSocket::async_wait(Event event, Handler handler) {
  auto* const operation = WaitOperation<Handler>::make(std::move(handler));
  if (const int error = state_ ? 0 : watch(socket_.get())) return fail(operation, error);
  // "Speculative": start_op() lets an operation try before it asks epoll to look again, and this one
  // declines.
  reactor_.start_op(static_cast<int>(event), socket_.get(), state_, operation, false, true);
  operation->begin();
}

template <class Handler>
void WatchedSocket::async_yield(Handler handler) {
  reactor_.post_immediate_completion(WaitOperation<Handler>::make(std::move(handler)), false);
}

inline FileDescriptor WatchedSocket::release() noexcept {
  forget(false);
  return std::move(socket_);
}

inline void WatchedSocket::close() noexcept {
  if (!is_open()) return;
  forget(true);
  socket_.reset();
}

}  // namespace duplexd
