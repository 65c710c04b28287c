#pragma once

#include "core/listener/acceptor.hpp"
#include "core/listener/session_limit.hpp"
#include "core/listener/source_table.hpp"
#include "core/listener/trouble.hpp"
#include "core/session/route.hpp"

#include <deque>
#include <optional>
#include <vector>

namespace duplexd {

/// What the workers share of one listener: atomics only. Outlives the listeners.
struct ListenerLimitsShared {
  explicit ListenerLimitsShared(std::size_t most_sessions) noexcept : sessions(most_sessions) {}

  SessionLimit sessions;
  std::optional<SourceTable> sources;  ///< none: limits.per_source is off
};

/// What the workers share of the process.
struct ProcessLimits {
  SessionLimit sessions;
  NoticeGate gate;
};

/// One listener of the configuration on one worker: its accept loops, who is admitted, and the route that its
/// sessions take. Used by its worker's thread only, except for construction.
class Listener final : public Route {
 public:
  Listener(SessionHost& session_host, const ListenerConfig& settings, Upstream& pool,
           ListenerCounters& counts, ListenerLimitsShared& limits, ProcessLimits& process,
           std::vector<FileDescriptor> sockets);

  void start();
  /// Closes the listening sockets. Sessions go on. The listener lives until its last session has ended.
  void stop() noexcept;
  void on_tick();

  // For its acceptors.
  bool reserve() noexcept;             ///< takes a place for a session before its client is accepted
  void cancel_reservation() noexcept;  ///< gives the place back: there was no client
  bool has_room() const noexcept { return !limits_.sessions.full() && !process_.sessions.full(); }
  void on_client(FileDescriptor client, const PeerAddress& address);
  void on_back_off(int error) noexcept;

  void on_session_ended(SourceTable::Ticket source) noexcept override;

 private:
  void refuse(const FileDescriptor& client, const PeerAddress& address, CloseReason reason) noexcept;
  bool allows(const PeerAddress& address) const noexcept;

  ListenerLimitsShared& limits_;
  ProcessLimits& process_;
  Trouble trouble_;
  std::deque<Acceptor> acceptors_;
};

}  // namespace duplexd
