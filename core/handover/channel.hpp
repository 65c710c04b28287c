#pragma once

#include "core/memory/lifetime.hpp"
#include "core/net/socket/file_descriptor.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace duplexd {

/// What one process tells another that is to serve instead of it, or is asked to.
struct HandoverMessage {
  std::string kind{};  ///< a word; "": what was sent is no message, or could not be received whole
  std::string text{};  ///< JSON
  std::string bytes{};
  std::vector<FileDescriptor> descriptors{};
};

/// One end of the way between two processes of this host: a socket that keeps messages apart (SOCK_SEQPACKET,
/// unix(7)). Text and bytes go in a file without a name (memfd_create(2)), so that a message may be long;
/// descriptors go with it. Used on the thread of `control`.
class HandoverChannel {
 public:
  using OnMessage = std::function<void(std::optional<HandoverMessage>)>;

  static constexpr std::size_t most_descriptors = 250;  ///< of a message (SCM_MAX_FD less the file)
  static constexpr std::size_t most_bytes = 64 * 1024 * 1024;
  static constexpr std::chrono::milliseconds unlimited = std::chrono::milliseconds::max();

  HandoverChannel(boost::asio::io_context& control, FileDescriptor socket);

  /// The two ends of one.
  static std::pair<FileDescriptor, FileDescriptor> make();

  /// How many messages one holds that nobody reads. 0: there is no descriptor to find out.
  static std::size_t capacity() noexcept;
  /// The same of this one, before anything was sent.
  std::size_t room() noexcept;

  /// 0, or errno: nothing was sent. The receiver gets copies of the descriptors. Does not wait: the other end
  /// takes some messages before it reads any. A kind alone needs no descriptor.
  int send(std::string_view kind, std::string_view text, std::string_view bytes = {},
           std::span<const int> descriptors = {});
  /// The same, by an end that has no channel yet.
  static int send(int socket, std::string_view kind, std::string_view text, std::string_view bytes = {},
                  std::span<const int> descriptors = {});

  /// Calls `on_message` once, later: with the next message, or none if the other end has gone, or is silent
  /// for `patience`. One at a time.
  void receive(std::chrono::milliseconds patience, OnMessage on_message);

  /// The same, waiting for it, of an end that has no channel yet.
  static std::optional<HandoverMessage> wait(int socket, std::chrono::milliseconds patience);

 private:
  void on_ready();

  boost::asio::posix::stream_descriptor socket_;
  boost::asio::steady_timer deadline_;
  OnMessage on_message_;
  std::uint64_t received_ = 0;
  const Lifetime lifetime_;
};

}  // namespace duplexd
