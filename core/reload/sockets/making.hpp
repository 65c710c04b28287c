#pragma once

#include "core/reload/sockets/listening.hpp"
#include "core/reload/sockets/neighbours.hpp"

#include <memory>

namespace duplexd {

/// Makes the sockets of one address: those that an earlier process left there, completed to one per worker,
/// or new ones.
class Making {
 public:
  /// `neighbours` is what is listened on already. All outlive it.
  Making(const ListenerConfig& listener, const BindAddress& bind, unsigned workers, Neighbours& neighbours)
      : listener_(listener), bind_(bind), workers_(workers), neighbours_(neighbours) {}

  StartResult<std::shared_ptr<OpenAddress>> run(const InheritedSockets& inherited);

 private:
  const NetworkOptions& network() const noexcept { return listener_.client.network; }
  unsigned interface() const noexcept;
  StartResult<ListeningSockets> open(unsigned count);
  StartResult<ListeningSockets> complete(ListeningSockets left);
  StartResult<ListeningSockets> missing(ListeningSockets& left);

  const ListenerConfig& listener_;
  const BindAddress& bind_;
  const unsigned workers_;
  Neighbours& neighbours_;
};

}  // namespace duplexd
