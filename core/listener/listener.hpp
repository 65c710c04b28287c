#pragma once

#include "core/listener/acceptor.hpp"
#include "core/listener/session_limit.hpp"
#include "core/listener/source_table.hpp"
#include "core/listener/trouble.hpp"
#include "core/metrics/registry.hpp"
#include "core/session/route.hpp"

#include <memory>
#include <vector>

namespace duplexd {

/// What the workers share of the process.
struct ProcessLimits {
  SessionLimit sessions;
  NoticeGate gate;
};

/// What one snapshot says about one listener, for one worker.
struct ListenerSnapshot {
  std::shared_ptr<const ListenerConfig> config;
  std::shared_ptr<Upstream> upstream;
  std::shared_ptr<SourceTable> sources;  ///< null: limits.per_source is off
};

/// One listener on one worker: its accept loops, and who is admitted. It lives on from snapshot to snapshot,
/// and when it was removed, until its last session has ended. Used by its worker's thread only.
class Listener {
 public:
  /// Everything that it is given outlives it.
  Listener(SessionHost& host, ListenerAccount& account, SessionLimit& limit, ProcessLimits& process);
  ~Listener();

  std::string_view name() const noexcept { return name_; }

  /// Clients that come from now on are served as `snapshot` says; sessions go on as they began.
  void configure(ListenerSnapshot snapshot);
  /// No snapshot has it any more. Its acceptors have been taken.
  void retire();
  /// Whether it was retired and no session is left.
  bool over() const noexcept { return !route_ && retired_.empty(); }

  void add(std::unique_ptr<Acceptor> acceptor);
  std::vector<std::unique_ptr<Acceptor>> take_acceptors() noexcept { return std::move(acceptors_); }

  void start();
  void stop() noexcept;  ///< clients wait in the backlogs; sessions go on
  void finish();         ///< the sockets will be closed; sessions go on
  void on_tick();

  // For its acceptors.
  SessionHost& host() noexcept { return host_; }
  ListenerCounters& counters() noexcept { return counters_; }
  bool reserve() noexcept;             ///< takes a place for a session before its client is accepted
  void cancel_reservation() noexcept;  ///< gives the place back: there was no client
  bool has_room() const noexcept { return !limit_.full() && !process_.sessions.full(); }
  void on_client(FileDescriptor client, const PeerAddress& address);
  void on_back_off(int error) noexcept;

 private:
  class SnapshotRoute;

  void refuse(const FileDescriptor& client, const PeerAddress& address, CloseReason reason) noexcept;
  void on_session_ended() noexcept;

  SessionHost& host_;
  const std::string_view name_;
  ListenerCounters& counters_;
  SessionLimit& limit_;
  ProcessLimits& process_;
  Trouble trouble_;
  std::unique_ptr<SnapshotRoute> route_;                 // null: retired
  std::vector<std::unique_ptr<SnapshotRoute>> retired_;  // of earlier snapshots, while sessions take them
  std::vector<std::unique_ptr<Acceptor>> acceptors_;
};

}  // namespace duplexd
