#pragma once

#include "core/conversation/conversation_target.hpp"
#include "core/memory/lifetime.hpp"
#include "core/net/socket/file_descriptor.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/steady_timer.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace duplexd {

class TlsContext;
class TlsConversation;
class TunnelTalk;

/// What a conversation may take.
struct ConversationLimits {
  std::chrono::milliseconds timeout{0};  ///< of the whole, which words mention; see Conversation::give()
  std::size_t bytes = 65'536;            ///< of an answer
  std::size_t pieces = 1'024;            ///< that an answer comes in
};

/// A connection on which a peer is asked something. Everything that goes wrong is a ConversationEnd, also
/// that it was cancelled, which means that its time is over. What is read is bounded in bytes and in pieces.
class Conversation {
 public:
  template <class T>
  using Awaitable = boost::asio::awaitable<T>;
  using Socket = boost::asio::generic::stream_protocol::socket;

  /// `target` outlives it.
  Conversation(const boost::asio::any_io_executor& executor, const ConversationTarget& target,
               const ConversationLimits& limits);
  ~Conversation();
  Conversation(const Conversation&) = delete;
  Conversation& operator=(const Conversation&) = delete;

  const ConversationTarget& target() const noexcept { return target_; }

  /// From here on it has so much time; without a call its owner cancels it. Words mention this time.
  void give(std::chrono::milliseconds time);
  /// That time has passed.
  bool is_over() const noexcept { return is_over_; }

  /// By way of the target's tunnel, if it has one. The first bytes are the PROXY header that it expects, if
  /// it does: the client is this host.
  Awaitable<void> connect();
  /// From here on in TLS. Returns its version: "TLSv1.3".
  Awaitable<std::string> secure(TlsContext& context);
  Awaitable<void> send(std::string_view bytes);

  /// Waits for more of the answer; false is its end.
  Awaitable<bool> receive();
  /// What has been received and not been taken.
  std::string_view received() const noexcept { return std::string_view(received_).substr(taken_); }
  void take(std::size_t bytes) noexcept { taken_ += bytes; }
  /// What was taken is forgotten, and the limits count from here.
  void begin_answer();

  /// Takes so many bytes.
  Awaitable<std::string> exactly(std::size_t bytes);
  /// Takes a line, without its end.
  Awaitable<std::string> line();

 private:
  void begin_operation();
  void watch();
  int begin(const SocketAddress* source);
  int begin_from_sources();
  int descriptor();
  SocketAddress destination() const noexcept;
  Awaitable<void> reach();
  Awaitable<void> go_through(const Tunnel& tunnel);
  Awaitable<void> ask_the_way(const Tunnel& tunnel);
  Awaitable<TunnelAnswer> answer_of(TunnelTalk& talk);
  Awaitable<void> finish_connecting();
  Awaitable<void> introduce(ProxyVersion version);
  Awaitable<std::size_t> read_some();
  Awaitable<void> receive_more();
  void count_piece(std::size_t bytes);
  /// Ends it by the error of an operation.
  [[noreturn]] void end_by(const boost::system::error_code& error) const;

  const ConversationTarget& target_;
  ConversationLimits limits_;
  FileDescriptor unwatched_;  // until something is waited for: a connection to this host needs that rarely
  Socket socket_;
  std::unique_ptr<TlsConversation> tls_;
  std::optional<boost::asio::steady_timer> timer_;  // none: its owner cancels it
  bool is_over_ = false;                            // the time
  bool connected_ = false;
  bool in_progress_ = false;
  std::array<char, 4'096> piece_;
  std::size_t pieces_ = 0;
  std::string received_;
  std::size_t taken_ = 0;
  const Lifetime lifetime_;
};

}  // namespace duplexd
