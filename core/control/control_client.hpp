#pragma once

#include "core/control/control_server.hpp"
#include "core/control/http.hpp"
#include "core/memory/handler_memory.hpp"
#include "core/net/descriptor.hpp"

#include <boost/system/error_code.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <string>

namespace duplexd {

class ControlClient;

/// The state that the parts of a control server share. Each part owns it, because an outstanding operation
/// keeps its client alive after the server. Control thread only.
struct ControlShared {
  boost::asio::io_context::executor_type executor;
  const ControlServer::Answer answer;
  const ControlLimits limits;
  ControlStats stats{};
  std::list<std::shared_ptr<ControlClient>> clients{};
};

/// One connection of the control socket: a half-duplex chain of readiness waits, one at a time. While a
/// request is being answered it waits only for the client to close; the answer cancels that wait.
///
/// Owned by ControlShared::clients and by its outstanding operation. Control thread only.
class ControlClient : public std::enable_shared_from_this<ControlClient> {
 public:
  using ErrorCode = boost::system::error_code;
  using Clock = std::chrono::steady_clock;

  ControlClient(std::shared_ptr<ControlShared> shared, PeerCredentials peer);

  /// Begins to read.
  void start(FileDescriptor socket);
  /// Closes, and takes the client out of ControlShared::clients.
  void end() noexcept;
  /// Ends the client if it is past its deadline.
  void on_sweep(Clock::time_point now);

  uid_t uid() const noexcept { return peer_.uid; }
  AsioHandlerMemory& handler_memory() noexcept { return memory_; }

 private:
  enum class State : std::uint8_t {
    receiving,  // waits for bytes
    pipelined,  // has bytes of the next request, but yields to other clients first
    answering,  // waits for the answer
    sending,
  };

  void wait(Descriptor::wait_type what);
  void on_ready(const ErrorCode& error);
  void go_on();

  void receive_some();
  void parse();
  void ask(HttpRequest request);
  void notice_leaving();
  void respond(std::uint64_t number, const ControlResponse& response) noexcept;
  void refuse(const ControlResponse& response);
  void give_up() noexcept;
  void prepare(const ControlResponse& response);
  void flush();
  void expect_next();

  AsioHandlerMemory memory_;
  const std::shared_ptr<ControlShared> shared_;
  const PeerCredentials peer_;
  Descriptor socket_;
  State state_ = State::receiving;
  bool waiting_ = false;
  HttpConnection connection_{};
  HttpReader reader_;
  std::string output_;
  std::size_t sent_ = 0;
  // Of the request being answered, so that a second answer is ignored.
  std::uint64_t number_ = 0;
  Clock::time_point due_;
};

}  // namespace duplexd
