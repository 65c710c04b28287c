#pragma once

#include "core/listener/acceptor.hpp"
#include "core/listener/listener_account.hpp"
#include "core/listener/listener_route.hpp"
#include "core/listener/room.hpp"
#include "core/listener/trouble.hpp"

#include <atomic>
#include <list>
#include <memory>

namespace duplexd {

class Session;
struct MovedSession;

/// What the workers share of the process.
struct ProcessLimits {
  SessionLimit sessions;
  NoticeGate gate;
  std::atomic_flag copying_was_told{};
};

using Acceptors = std::list<std::shared_ptr<Acceptor>>;

/// One listener on one worker: its accept loops, and who is admitted. It lives on from snapshot to snapshot,
/// and when it was removed, until its last session has ended. The control thread makes it and what it is
/// given; everything else is done on its worker's thread.
class Listener {
 public:
  /// `services` and `process` outlive it.
  Listener(SessionServices& services, std::shared_ptr<ListenerAccount> account, ProcessLimits& process);
  ~Listener();

  std::string_view name() const noexcept { return account_->name; }
  SessionServices& services() noexcept { return services_; }
  ListenerCounters& counters() noexcept { return counters_; }
  Bandwidths& bandwidth() noexcept { return account_->bandwidth; }
  HandshakeLimit& handshakes() noexcept { return account_->handshakes; }
  HalfClosed& half_closed() noexcept { return half_closed_; }

  /// What configure() takes. On the control thread.
  ListenerRoutes make_route(ListenerSnapshot snapshot);

  /// Clients that come from now on take the one route in `route`; sessions go on as they began.
  void configure(ListenerRoutes& route) noexcept;
  /// Exchanges its acceptors. Those that it has now serve it.
  void exchange(Acceptors& acceptors) noexcept;
  /// No snapshot has it any more. Its acceptors have been taken, and have paused.
  void retire() noexcept { retired_ = true; }
  /// Whether it was retired and no session is left.
  bool ended() const noexcept;

  // Of all its acceptors; sessions go on.
  void resume();
  void resume_new();  ///< those that have paused
  void pause() noexcept;
  void pause_after_backlog(const Pausing& pausing);
  void on_tick();

  /// A route for sessions that another process had under another upstream than clients get now; nothing, if
  /// there is one.
  void add_route(ListenerRoutes& route) noexcept;
  /// Makes a session of it, frozen, also beyond limits. There is a route to `upstream`, which is null if it
  /// goes the way of a new client. Null: as Session::adopt().
  Session* adopt(MovedSession& moved, const Upstream* upstream) noexcept;

  // For its acceptors.
  bool reserve() noexcept;             ///< takes a place for a session, also before there is a client
  void cancel_reservation() noexcept;  ///< gives the place back: there was no client
  bool has_room() const noexcept;
  /// Clients that may wait in the backlog of one socket (listen(2)): as many as configured, and one more.
  std::size_t backlog() const noexcept;
  bool refuses_when_full() const noexcept;
  void on_client(FileDescriptor client, const PeerAddress& address);               ///< after reserve()
  void refuse(const FileDescriptor& client, const PeerAddress& address) noexcept;  ///< after reserve() failed
  void on_full() noexcept;  ///< no place is left, and clients wait
  void on_back_off(int error) noexcept;

  // For its routes.
  void on_refused() noexcept;  ///< a client that was accepted, and is not admitted
  void on_session_ended() noexcept;

 private:
  bool is_full() const noexcept;
  bool take_place() noexcept;
  void cancel_place() noexcept;
  void look_at_tried(Admission& admission) noexcept;
  Room room() const noexcept;
  Notice::Kind shortage() const noexcept;
  void give_place_back() noexcept;
  ListenerRoute& route() noexcept { return routes_.front(); }
  bool tries(Limit limit) const noexcept { return routes_.front().tries(limit); }
  ListenerRoute* route_to(const Upstream& upstream) noexcept;
  void turn_away(const FileDescriptor& client, const PeerAddress& address, CloseReason reason) noexcept;
  void account(const FileDescriptor& client, const PeerAddress& address, CloseReason reason) noexcept;

  SessionServices& services_;
  const std::shared_ptr<ListenerAccount> account_;
  ListenerCounters& counters_;
  HalfClosed half_closed_{counters_};
  ProcessLimits& process_;
  Trouble trouble_;
  ListenerRoutes routes_;  // the one of now, then those of earlier snapshots, while sessions take them
  Acceptors acceptors_;
  bool retired_ = false;
};

}  // namespace duplexd
