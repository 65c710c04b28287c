#pragma once

#include "core/control/control_server.hpp"
#include "core/control/http.hpp"
#include "core/memory/handler_memory.hpp"
#include "core/net/descriptor.hpp"
#include "core/net/socket/stream.hpp"
#include "core/net/tls/tls_stream.hpp"

#include <boost/system/error_code.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <span>
#include <string>

namespace duplexd {

class ControlClient;

/// The state that the parts of a control server share. Each part owns it, because an outstanding operation
/// keeps its client alive after the server. Control thread only.
struct ControlShared {
  boost::asio::io_context::executor_type executor;
  const ControlServer::Answer answer;
  const ControlLimits limits;
  const ControlEntrance entrance;
  bool finishing = false;  ///< each client ends with its answer
  ControlStats stats{};
  std::list<std::shared_ptr<ControlClient>> clients{};
};

/// Who connected, by a Unix socket or by TCP.
struct ControlPeer {
  PeerCredentials credentials{};
  PeerAddress address{};
  bool is_remote() const noexcept { return address.is_ip(); }
};

/// One connection of the control socket: a half-duplex chain of readiness waits, one at a time. While a
/// request is being answered it waits only for the client to close; the answer cancels that wait.
///
/// Owned by ControlShared::clients and by its outstanding operation. Control thread only.
class ControlClient : public std::enable_shared_from_this<ControlClient> {
 public:
  using ErrorCode = boost::system::error_code;
  using Clock = std::chrono::steady_clock;

  ControlClient(std::shared_ptr<ControlShared> shared, const ControlPeer& peer);

  /// Begins to read, after a handshake if there is `tls`.
  void start(FileDescriptor socket, std::shared_ptr<const ListenerTls> tls);
  /// Closes, and takes the client out of ControlShared::clients.
  void end() noexcept;
  /// Ends the client if it is past its deadline.
  void on_sweep(Clock::time_point now);

  const ControlPeer& peer() const noexcept { return peer_; }
  /// Had an answer, and waits for another request of which no byte has come. One that had none is about to
  /// ask.
  bool idle();
  AsioHandlerMemory& handler_memory() noexcept { return memory_; }

 private:
  enum class State : std::uint8_t {
    greeting,   // waits for the handshake of TLS
    receiving,  // waits for bytes
    pipelined,  // has bytes of the next request, but yields to other clients first
    answering,  // waits for the answer
    sending,
    parting,  // was refused, and is read until it ends: a close with unread bytes would reset the answer
  };

  void wait(Descriptor::wait_type what);
  void on_ready(const ErrorCode& error);
  void go_on();

  void greet();
  IoResult receive(std::span<std::byte> into) noexcept;
  void expect_bytes();
  void receive_some();
  void parse();
  void ask(HttpRequest request);
  void notice_leaving();
  void respond(std::uint64_t number, ControlResponse response) noexcept;
  void refuse(ControlResponse response);
  void give_up() noexcept;
  void prepare(ControlResponse response);
  bool is_reprieved(Clock::time_point now) noexcept;
  void flush();
  void part();
  void drop_some();
  void expect_next();

  AsioHandlerMemory memory_;
  const std::shared_ptr<ControlShared> shared_;
  const ControlPeer peer_;
  Descriptor socket_;
  std::shared_ptr<const ListenerTls> tls_of_listener_;  // outlives the stream
  std::unique_ptr<TlsStream> tls_;
  State state_ = State::receiving;
  bool waiting_ = false;
  bool refused_ = false;
  HttpConnection connection_{};
  HttpReader reader_;
  std::string output_;
  std::size_t sent_ = 0;
  // Of the request being answered, so that a second answer is ignored.
  std::uint64_t number_ = 0;
  Clock::time_point due_;
  Clock::time_point last_due_{};  // of an answer that is taken slowly
  bool had_reprieve_ = false;
};

}  // namespace duplexd
