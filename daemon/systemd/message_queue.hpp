#pragma once

#include "core/net/socket/file_descriptor.hpp"
#include "daemon/systemd/unix_datagram.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace duplexd {

/// Messages to a service manager that may be too busy to take them: they wait in their order and are tried
/// again until it does. Used on the thread of `control`; nothing blocks.
class MessageQueue {
 public:
  /// What a message is about.
  enum class Kind : std::uint8_t { ready, reloading, store, other };

  struct Message {
    Kind kind = Kind::other;
    std::string text;
    std::vector<int> descriptors{};     ///< at most UnixDatagram::most_descriptors
    std::function<void()> on_failed{};  ///< called if it is not sent after all; may be empty
  };

  static constexpr std::size_t most_waiting = 4096;
  static constexpr std::chrono::milliseconds first_retry{5};  // each further one takes twice as long
  static constexpr std::chrono::milliseconds longest_retry{160};
  static constexpr std::chrono::seconds patience{5};

  MessageQueue(boost::asio::io_context& control, std::string path);

  /// Sends it now or, with copies of its descriptors, later. A message that would be one too many fails, like
  /// one that the receiver can never take.
  void send(Message message);

  /// Sends it now, or not at all: also not before messages that wait.
  bool try_send(std::string_view text);

  /// Drops the messages of this kind that have not been sent.
  void withdraw(Kind kind);

  std::size_t waiting(Kind kind) const noexcept;
  bool stuck() const noexcept;  ///< messages wait, and none was taken for `patience`

 private:
  struct Waiting {
    Message message;
    std::vector<FileDescriptor> copies;
  };

  void queue(Message message);
  void try_again();
  void wait(std::chrono::milliseconds time);

  UnixDatagram socket_;
  std::deque<Waiting> waiting_;
  std::chrono::steady_clock::time_point last_taken_;
  std::chrono::milliseconds retry_{};
  boost::asio::steady_timer timer_;
};

}  // namespace duplexd
