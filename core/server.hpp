#pragma once

#include "core/config/config.hpp"
#include "core/limits.hpp"
#include "core/listening.hpp"
#include "core/metrics/events.hpp"
#include "core/metrics/totals.hpp"

#include <boost/asio/io_context.hpp>

#include <functional>
#include <memory>
#include <vector>

namespace duplexd {

/// The proxy: workers, listeners, upstreams and their sessions. Constructed, called and destroyed on the
/// control thread, which runs `control`; the workers run on threads of the server's own.
class Server {
 public:
  /// Resolves, opens and binds everything, or throws StartError. Clients can connect from here on and wait in
  /// the backlog. `control` and `sink` outlive the server.
  Server(boost::asio::io_context& control, std::shared_ptr<const Config> config, EventSink& sink,
         InheritedSockets inherited = {});
  /// Ends what is left as abort() does, and joins the workers.
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// Starts the workers. Once.
  void start();

  /// Stops accepting; sessions go on until they end or `Config::drain` has passed, then they are ended with
  /// CloseReason::stopped. `on_stopped` runs on the control thread when no session is left.
  void drain(std::function<void()> on_stopped);

  /// Ends every session now. After drain(), hurries it.
  void abort();

  /// Safe at any time; the figures of different workers are not of the same instant.
  Totals totals() const;

  /// Every address that is listened on, with the ports that the kernel chose, in configuration order.
  const std::vector<ListeningAddress>& addresses() const;

  const EffectiveLimits& limits() const noexcept;

 private:
  class Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace duplexd
