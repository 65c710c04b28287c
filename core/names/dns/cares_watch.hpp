#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/basic_stream_descriptor.hpp>

#include <ares.h>

#include <memory>

namespace duplexd {

/// Lets Asio watch a socket that c-ares opens and closes. Used by one thread.
class CaresWatch : public std::enable_shared_from_this<CaresWatch> {
 public:
  /// Until stop(), `channel` and `socket` live. Throws std::bad_alloc if the kernel or the heap is short.
  CaresWatch(boost::asio::io_context& io, ares_channel channel, ares_socket_t socket);

  /// Tells the channel, from now on, whenever the socket is ready. Throws std::bad_alloc.
  void want(bool read, bool write);

  /// Asio has nothing to do with the socket any more, and the channel is told nothing.
  void stop() noexcept;

 private:
  using Descriptor = boost::asio::posix::basic_stream_descriptor<boost::asio::io_context::executor_type>;
  struct Direction {
    const Descriptor::wait_type type;
    bool is_wanted = false;
    bool is_waited_for = false;
  };

  void wait(Direction& direction);
  void on_ready(Direction& direction) noexcept;

  ares_channel channel_;  // null: stopped
  const ares_socket_t socket_;
  Descriptor descriptor_;
  Direction read_{Descriptor::wait_read};
  Direction write_{Descriptor::wait_write};
};

}  // namespace duplexd
