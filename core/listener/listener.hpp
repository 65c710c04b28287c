#pragma once

#include "core/listener/acceptor.hpp"
#include "core/listener/session_limit.hpp"
#include "core/listener/source_table.hpp"
#include "core/listener/trouble.hpp"
#include "core/metrics/account.hpp"
#include "core/session/route.hpp"

#include <atomic>
#include <memory>
#include <vector>

namespace duplexd {

/// What the workers share of the process.
struct ProcessLimits {
  SessionLimit sessions;
  NoticeGate gate;
  std::atomic_flag copying_was_told{};
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
  Listener(SessionServices& services, ListenerAccount& account, SessionLimit& limit, ProcessLimits& process);
  ~Listener();

  std::string_view name() const noexcept { return name_; }

  /// Clients that come from now on are served as `snapshot` says; sessions go on as they began.
  void configure(ListenerSnapshot snapshot);
  /// No snapshot has it any more. Its acceptors have been taken, and have paused.
  void retire();
  /// Whether it was retired and no session is left.
  bool ended() const noexcept { return !route_ && retired_.empty(); }

  void add(std::unique_ptr<Acceptor> acceptor);
  std::vector<std::unique_ptr<Acceptor>> take_acceptors() noexcept { return std::move(acceptors_); }

  // Of all its acceptors; sessions go on.
  void resume();
  void pause() noexcept;
  void pause_after_backlog(const Pausing& pausing);
  void on_tick();

  // For its acceptors.
  SessionServices& services() noexcept { return services_; }
  ListenerCounters& counters() noexcept { return counters_; }
  bool reserve() noexcept;             ///< takes a place for a session before its client is accepted
  void cancel_reservation() noexcept;  ///< gives the place back: there was no client
  bool has_room() const noexcept { return !limit_.full() && !process_.sessions.full(); }
  /// Clients that may wait in the backlog of one socket (listen(2)): as many as configured, and one more.
  std::size_t backlog() const noexcept;
  bool refuses_when_full() const noexcept;
  void on_client(FileDescriptor client, const PeerAddress& address);               ///< after reserve()
  void refuse(const FileDescriptor& client, const PeerAddress& address) noexcept;  ///< after reserve() failed
  void on_full() noexcept;  ///< no place is left, and clients wait
  void on_back_off(int error) noexcept;

 private:
  class SnapshotRoute;

  void turn_away(const FileDescriptor& client, const PeerAddress& address, CloseReason reason) noexcept;
  void account(const FileDescriptor& client, const PeerAddress& address, CloseReason reason) noexcept;
  void on_session_ended() noexcept;

  SessionServices& services_;
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
