#pragma once

#include "core/memory/handler_memory.hpp"
#include "core/net/socket/file_descriptor.hpp"
#include "core/net/wait_operation.hpp"

#include <boost/asio/detail/epoll_reactor.hpp>
#include <boost/asio/detail/op_queue.hpp>
#include <boost/asio/detail/scheduler.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/version.hpp>

#include <sys/epoll.h>

#include <array>
#include <cstdint>

#if BOOST_VERSION != 108100
#error \
    "This follows boost/asio/detail/impl/signal_set_service.ipp of 1.81: compare it with that of your Boost"
#endif

namespace duplexd {

class WatchedSocket;

/// The sockets that the sessions of a worker wait for: an epoll set of their own (epoll(7)) inside that of
/// Asio's reactor, which runs the worker. What Asio's descriptors keep to themselves is known here: whether
/// an event was an end or an error. It costs a socket no memory of Asio's, and the worker a second
/// epoll_wait(2) for all the sockets that are ready at once.
///
/// A service of its io_context, made by the first poller_of(). It and its waits go below Asio's public
/// interface, as Asio itself does for signals: an internal descriptor, whose operation stays. Used by the one
/// thread that runs the context.
class Poller final : public boost::asio::detail::execution_context_service_base<Poller> {
 public:
  using Operation = boost::asio::detail::scheduler_operation;
  using Operations = boost::asio::detail::op_queue<Operation>;

  /// Throws std::system_error: no descriptor or no memory.
  explicit Poller(boost::asio::io_context& context);

  /// epoll_ctl(2) for `socket`, always edge-triggered; errno.
  int control(int action, int socket, std::uint32_t events, WatchedSocket* watch) noexcept;

  /// A wait has begun, and the context has work until it is completed.
  void on_wait_begun() noexcept { scheduler_.work_started(); }
  /// Completes waits that had begun, when the handlers that are ready have had their turn.
  void complete_later(Operations& waits) { scheduler_.post_deferred_completions(waits); }
  /// Begins and completes a wait that needs nothing but its turn.
  void complete_later(Operation* wait) { scheduler_.post_immediate_completion(wait, false); }

  HandlerMemory& handler_memory() noexcept { return memory_; }

 private:
  class Readiness final : public boost::asio::detail::reactor_op {
   public:
    explicit Readiness(Poller& poller) noexcept;

   private:
    static status perform(reactor_op* self);

    Poller& poller_;
  };

  static constexpr int batch = 128;  ///< as Asio's reactor

  void shutdown() noexcept override;
  void collect();
  void on_turn(const boost::system::error_code& error);
  int wait() noexcept;
  void complete(Operations& waits);

  boost::asio::detail::scheduler& scheduler_;
  boost::asio::detail::epoll_reactor& reactor_;
  boost::asio::detail::epoll_reactor::per_descriptor_data state_ = nullptr;
  FileDescriptor set_;
  Readiness readiness_{*this};
  HandlerMemory memory_;
  std::array<epoll_event, batch> events_;
};

inline Poller& poller_of(boost::asio::io_context& context) {
  return boost::asio::use_service<Poller>(context);
}

}  // namespace duplexd
