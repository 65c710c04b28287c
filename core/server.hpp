#pragma once

#include "core/config/config.hpp"
#include "core/metrics/events.hpp"
#include "core/net/file_descriptor.hpp"

#include <boost/asio/io_context.hpp>

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace duplexd {

/// Listening descriptors that were passed to the process, by name. The server takes them over.
using InheritedSockets = std::multimap<std::string, FileDescriptor>;

/// Why the server could not start. Nothing was accepted and every socket that was opened is closed again.
class StartError : public std::runtime_error {
 public:
  enum class Kind : std::uint8_t {
    system,  ///< the operating system refused: address in use, too few descriptors, a name without address
    permission,  ///< EACCES or EPERM
    config,      ///< the configuration asks for what is not there, such as an inherited socket
  };
  StartError(Kind kind, const std::string& what) : std::runtime_error(what), kind(kind) {}
  Kind kind;
};

/// What a configuration comes to on this machine. Printed by --check and at start.
struct EffectiveLimits {
  unsigned workers = 0;
  std::uint64_t descriptors = 0;           ///< RLIMIT_NOFILE, soft
  std::uint64_t descriptors_reserved = 0;  ///< of these, not for sessions: listeners, workers, log, files
  std::uint64_t sessions = 0;              ///< at once in the process
  bool sessions_fit = true;              ///< false: limits.sessions asks for more than the descriptors allow
  std::uint64_t session_bytes_idle = 0;  ///< user memory of a session that moves nothing
  std::uint64_t session_bytes_most = 0;  ///< ... when both its peers have stopped reading
};
EffectiveLimits effective_limits(const Config& config);

/// Sums over all workers, one row per listener and upstream of the configuration, in its order.
struct Totals {
  struct Listener {
    std::string name;
    std::uint64_t accepted = 0, live = 0;
    std::array<std::uint64_t, close_reason_count> ended{};
    std::uint64_t upstream_bytes = 0, downstream_bytes = 0, undelivered_bytes = 0;
    std::uint64_t accept_errors = 0, backoffs = 0, at_limit = 0;
  };
  struct Upstream {
    std::string name;
    std::uint64_t connected = 0;
    std::array<std::uint64_t, close_reason_count> failed{};
  };
  std::vector<Listener> listeners;
  std::vector<Upstream> upstreams;
  std::uint64_t handler_memory_fallbacks = 0, spurious_wakeups = 0;
};

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
  std::vector<SocketAddress> addresses() const;

  const EffectiveLimits& limits() const noexcept;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace duplexd
