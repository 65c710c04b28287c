#pragma once

#include "core/control/control_client.hpp"
#include "core/listener/accept.hpp"
#include "core/memory/handler_memory.hpp"
#include "core/net/descriptor.hpp"

#include <functional>
#include <memory>

namespace duplexd {

/// Accepts clients of the control socket: wait, accept a batch, wait. Pauses while there are too many
/// clients, or too few descriptors or too little memory. Control thread only.
class ControlAcceptor : public std::enable_shared_from_this<ControlAcceptor> {
 public:
  /// Calls `on_woken` after each batch, until stop().
  ControlAcceptor(std::shared_ptr<ControlShared> shared, std::function<void()> on_woken);

  /// Takes ownership of the listening socket. Returns 0 or errno.
  int start(FileDescriptor& listening);
  void stop() noexcept;

  bool paused() const noexcept { return paused_; }
  /// Accepts again if it paused and there is room.
  void resume();

  AsioHandlerMemory& handler_memory() noexcept { return memory_; }

 private:
  void wait();
  void on_ready(const boost::system::error_code& error);
  bool accept_batch() noexcept;
  bool has_room() const noexcept { return shared_->clients.size() < shared_->limits.clients; }
  void admit(Accepted accepted);
  bool has_too_many(const ControlPeer& peer) const;

  AsioHandlerMemory memory_;
  const std::shared_ptr<ControlShared> shared_;
  const std::function<void()> on_woken_;
  Descriptor socket_;
  bool paused_ = false;
};

}  // namespace duplexd
