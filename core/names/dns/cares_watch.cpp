#include "core/names/dns/cares_watch.hpp"

#include <new>

namespace duplexd {

CaresWatch::CaresWatch(boost::asio::io_context& io, ares_channel channel, ares_socket_t socket)
    : channel_(channel), socket_(socket), descriptor_(io.get_executor()) {
  boost::system::error_code error;
  descriptor_.assign(socket, error);
  if (error) throw std::bad_alloc();
}

void CaresWatch::want(bool read, bool write) {
  read_.is_wanted = read;
  write_.is_wanted = write;
  wait(read_);
  wait(write_);
}

void CaresWatch::stop() noexcept {
  if (!channel_) return;
  channel_ = nullptr;
  descriptor_.release();
}

void CaresWatch::wait(Direction& direction) {
  if (!direction.is_wanted || direction.is_waited_for) return;
  descriptor_.async_wait(direction.type,
                         [self = shared_from_this(), &direction](const boost::system::error_code&) {
                           direction.is_waited_for = false;
                           self->on_ready(direction);
                         });
  direction.is_waited_for = true;
}

// What the channel does with the socket may stop this watch.
void CaresWatch::on_ready(Direction& direction) noexcept {
  if (!channel_) return;
  const bool is_read = &direction == &read_;
  ::ares_process_fd(channel_, is_read ? socket_ : ARES_SOCKET_BAD, is_read ? ARES_SOCKET_BAD : socket_);
  try {
    if (channel_) wait(direction);
  } catch (const std::bad_alloc&) {
    stop();
  }
}

}  // namespace duplexd
