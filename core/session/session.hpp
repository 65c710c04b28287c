#pragma once

#include "core/metrics/events.hpp"
#include "core/net/socket/file_descriptor.hpp"
#include "core/net/watched_socket.hpp"
#include "core/session/chain.hpp"
#include "core/session/deadline_wheel.hpp"
#include "core/session/route.hpp"
#include "core/upstream/connector.hpp"

#include <chrono>
#include <cstdint>

namespace duplexd {

/// One client that was admitted, the endpoint that it is relayed to, and the two chains between them:
/// connect, relay both ways, report.
///
/// Lives in its worker's session pool from create() until it has ended and no operation of it is outstanding;
/// then it returns its memory by itself. Used by its worker's thread only.
class Session : public Deadline<Session> {
 public:
  /// Makes a session and starts it. False if there is no memory for it; the client is closed then, and
  /// nothing was reported. `source` is given back to the route with the end.
  static bool start(Route& route, FileDescriptor client, const PeerAddress& address, std::uint32_t source);

  /// The deadline that the worker's wheel held has come, or seems to have.
  void on_deadline();

  /// Ends the session, once: reports it and closes both sockets. A peer that bytes were owed to, or whose
  /// other side broke off, sees a reset; else an orderly close. May destroy the session.
  void end(CloseReason reason, int error = 0);

  /// The endpoint that it has or dials; null: none yet, or no more.
  const Endpoint* endpoint() const noexcept { return connector_.endpoint(); }
  const Upstream& upstream() const noexcept { return route_.upstream(); }

  /// Ends at `due`, or when it was to end for that already, unless it does before.
  void on_endpoint_removed(Tick due) noexcept;
  /// It need not end for that any more.
  void on_endpoint_kept() noexcept { removed_due_ = never; }

  // For the pool.
  Session(Route& route, FileDescriptor client, const PeerAddress& address, std::uint32_t source) noexcept;
  ~Session();

  // For its chains.
  SessionHost& host() noexcept { return route_.host; }
  WatchedSocket& socket(Side side) noexcept { return side == Side::client ? client_ : endpoint_; }
  void touch() noexcept { last_activity_ = host().wheel.now(); }
  bool may_splice() const noexcept { return route_.config().zero_copy == ZeroCopy::automatic; }
  void count_delivered(Side from, std::size_t bytes, bool spliced) noexcept;
  bool ended() const noexcept { return phase_ == Phase::ended; }
  void release_if_idle() noexcept;
  bool broken() const noexcept { return failed_; }  ///< one side takes no bytes any more
  void on_stalled(Side from) noexcept;
  int forward_end(Side to) noexcept;  ///< of the stream; errno
  void on_direction_finished(Side from);
  void on_sender_failed(Side side, int error);
  void on_receiver_failed(Side side, int error);

  HandlerMemory& handler_memory() noexcept { return upstream_.handler_memory(); }

 private:
  enum class Phase : std::uint8_t { connecting, relaying, ended };

  void begin();
  void proceed(Dial dial);
  void dial_again();
  void await_connection();
  void on_connection(const boost::system::error_code& error);
  void relay(Chain::Watched endpoint);
  Chain& chain_from(Side side) noexcept { return side == Side::client ? upstream_ : downstream_; }
  void blame(Side side, int error) noexcept;
  bool found_reset(Side side);
  bool half_closed() const noexcept { return upstream_.over() || downstream_.over(); }
  Tick due() const noexcept;
  void set_keepalive() noexcept;
  bool owes_reset(Side side, CloseReason reason) noexcept;
  void close(Side side, CloseReason reason) noexcept;
  SessionEnd describe(CloseReason reason, int error) const noexcept;
  void count(const SessionEnd& end) noexcept;

  Route& route_;
  Connector connector_;
  WatchedSocket client_;
  WatchedSocket endpoint_;
  Chain upstream_{*this, Side::client};
  Chain downstream_{*this, Side::endpoint};
  FileDescriptor accepted_;  // the client's socket until it is relayed
  const std::uint32_t source_;
  const std::uint64_t id_;
  const std::chrono::steady_clock::time_point started_;
  std::chrono::microseconds connecting_{0};
  Tick last_activity_;
  const Tick lifetime_due_;
  Tick removed_due_ = never;
  Tick keepalive_due_ = never;
  int failure_error_ = 0;
  CloseReason failure_{};
  bool failed_ = false;
  Phase phase_ = Phase::connecting;
  bool connection_awaited_ = false;
  bool paused_ = false;  // dialling
  Side first_to_finish_ = Side::local;
  const PeerAddress client_address_;
};

}  // namespace duplexd
