#pragma once

#include "core/health/conversation/check_target.hpp"
#include "core/net/socket/file_descriptor.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/generic/stream_protocol.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace duplexd {

class TlsContext;
class TlsStream;
struct TlsCheck;

/// The connection of one check. Everything that goes wrong is a CheckEnd, also that the check was cancelled,
/// which means that its time is over. What is read is bounded in bytes and in pieces.
class Conversation {
 public:
  template <class T>
  using Awaitable = boost::asio::awaitable<T>;
  using Socket = boost::asio::generic::stream_protocol::socket;

  static constexpr std::size_t most_bytes = 65'536;
  static constexpr std::size_t most_pieces = 1'024;

  Conversation(const boost::asio::any_io_executor& executor, const CheckTarget& target,
               std::chrono::milliseconds timeout);
  ~Conversation();
  Conversation(const Conversation&) = delete;
  Conversation& operator=(const Conversation&) = delete;

  const CheckTarget& target() const noexcept { return target_; }

  Awaitable<void> connect();
  /// From here on in TLS. Returns its version: "TLSv1.3".
  Awaitable<std::string> secure(TlsContext& context);
  Awaitable<void> send(std::string_view bytes);

  /// Waits for more of the answer; false is its end.
  Awaitable<bool> receive();
  /// What has been received and not been taken.
  std::string_view received() const noexcept { return std::string_view(received_).substr(taken_); }
  void take(std::size_t bytes) noexcept { taken_ += bytes; }

  /// Takes so many bytes.
  Awaitable<std::string> exactly(std::size_t bytes);
  /// Takes a line, without its end.
  Awaitable<std::string> line();

 private:
  void watch();
  int begin(const SocketAddress* source);
  int begin_from_sources();
  Awaitable<void> finish_connecting();
  Awaitable<std::size_t> read_some();
  Awaitable<void> receive_more();
  void count_piece(std::size_t bytes);
  /// Ends the check by the error of an operation.
  [[noreturn]] void end_by(const boost::system::error_code& error) const;

  const CheckTarget& target_;
  const std::chrono::milliseconds timeout_;
  FileDescriptor unwatched_;  // until something is waited for: a connection to this host needs that rarely
  Socket socket_;
  std::unique_ptr<TlsStream> tls_;
  bool connected_ = false;
  bool in_progress_ = false;
  std::array<char, 4'096> piece_;
  std::size_t pieces_ = 0;
  std::string received_;
  std::size_t taken_ = 0;
};

}  // namespace duplexd
