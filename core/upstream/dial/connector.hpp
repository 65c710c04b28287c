#pragma once

#include "core/metrics/close_reason.hpp"
#include "core/net/socket/connecting.hpp"
#include "core/upstream/dial/attempt.hpp"
#include "core/upstream/dial/dial_failure.hpp"
#include "core/upstream/upstream.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

namespace duplexd {

/// What dialling came to.
struct Dial {
  enum class State : std::uint8_t {
    connected,    ///< to endpoint(), or to the proxy where there is a tunnel()
    in_progress,  ///< resume() when the socket is writable, or the attempt has taken too long
    overtaken,    ///< it failed: the attempt beside it, in progress, takes its place, and its socket
    paused,       ///< dial() again after `pause`
    full,         ///< every endpoint that could be had is full: dial() again when there is room
    failed,       ///< nothing is left to try: failure() and error() say why
  };
  State state{};
  FileDescriptor socket{};             ///< new, non-blocking, close-on-exec; none: that of the attempt before
  std::chrono::milliseconds pause{0};  ///< when paused
};

/// Dials one session's way to an endpoint: the one that the policy chooses and, when that fails, another that
/// was not yet tried; when all were, again after a pause, as RetryConfig says. It makes the system calls and
/// keeps the score; waiting is its owner's. Used by one worker, while `upstream` lives.
class Connector {
 public:
  /// Takes a turn of the upstream. `hash` is that of its client or destination; without a policy that goes by
  /// it, anything. `client` is its socket, which tells what it came to, `from` its address, `session` its id.
  Connector(Upstream& upstream, std::uint64_t hash, int client = -1, const PeerAddress& from = {},
            std::uint64_t session = 0) noexcept
      : upstream_(upstream),
        session_(session),
        client_(client),
        from_(from),
        pick_{upstream.take_turn(), hash},
        rounds_left_(upstream.config().retry.rounds) {}
  ~Connector() {
    abandon(beside_);
    abandon(attempt_);
  }
  Connector(const Connector&) = delete;
  Connector& operator=(const Connector&) = delete;

  /// Dials until an endpoint has answered, is about to, may have room in a moment, or none is left.
  Dial dial() noexcept;

  /// Goes on with an attempt in progress on `socket`, which stays the caller's: the caller closes it when the
  /// result is not about it any more (failed, paused, full, or a new socket). Readiness may have been
  /// spurious: then it still is in progress. So it may be after wait(), when there is no better endpoint.
  Dial resume(int socket, bool timed_out) noexcept;

  /// After how long the attempt in progress is to be resumed as timed out, where one may take `most`. An
  /// attempt at an endpoint that keeps others waiting as well, or is on trial, looks for a better one sooner.
  std::chrono::milliseconds wait(std::chrono::milliseconds most) noexcept;

  /// After connected: how the proxy is to be asked for the endpoint; null: it is the endpoint's connection.
  /// It lives until dial() or another attempt.
  const Tunnel* tunnel() const noexcept { return attempt_.tunnel.get(); }
  /// The proxy has connected the endpoint. Only then it counts as connected.
  void reached() noexcept { count_arrival(attempt_); }

  /// After connected: the endpoint would not be introduced to, or the proxy does not lead to it. Goes on as
  /// after an attempt that failed; the caller closes the socket.
  Dial refuse(CloseReason reason, int error) noexcept;

  // The other family (RFC 8305): one more attempt beside that in progress, at another address of its name.

  /// After how long dial_beside() is to be called, if the attempt in progress, just begun, is so then; none:
  /// never.
  std::optional<std::chrono::milliseconds> beside_after() const noexcept;

  /// Dials beside the attempt in progress, when nothing is beside it. connected: that attempt has lost, and
  /// this one is the only one now. in_progress: resume_beside() when the socket is writable; it needs no
  /// time-out, because the older attempt has one. failed: there is nothing to try, all stays as it is.
  Dial dial_beside() noexcept;
  /// Goes on with the attempt beside, and when it fails, with the next. Outcomes are those of dial_beside().
  Dial resume_beside(int socket) noexcept;

  /// Whether dial() would find an endpoint with room.
  bool has_room() noexcept;
  /// Its place among the sessions that wait for room, for the caller to join and leave with.
  Waiting& waiting() noexcept { return waiting_; }
  /// It was called, and dial() said something else than full: the next one is called if there is more room.
  void leave_line() noexcept;

  /// After connected: the session's share of the endpoint.
  EndpointHold take_endpoint() noexcept { return std::move(attempt_.endpoint); }

  /// The one that it dials or has, not one beside it; null: none, as in a pause.
  const Endpoint* endpoint() const noexcept { return attempt_.endpoint.get(); }
  std::string_view last_name() const noexcept { return attempt_.name; }  ///< of the last one tried; "": none
  const PeerAddress& last_peer() const noexcept { return attempt_.peer; }
  const FailedAttempts& failed_attempts() const noexcept { return failed_attempts_; }
  std::uint32_t attempts() const noexcept { return attempts_; }
  CloseReason failure() const noexcept { return failure_; }
  int error() const noexcept { return error_; }

 private:
  bool take(Attempt& attempt, const Upstream::Found& found) noexcept;
  Dial dial_next() noexcept;
  void follow_port(Attempt& attempt) noexcept;
  void follow_client(Attempt& attempt) noexcept;
  Attempt begun(const Upstream::Found& found, EndpointHold endpoint, bool on_trial) noexcept;
  Dial give_up(const Upstream::Found& found) noexcept;
  Dial pause(std::chrono::milliseconds pause) noexcept;
  void leave(Attempt& attempt) noexcept;
  Dial connect(Attempt& attempt) noexcept;
  Dial connect_as_client(Attempt& attempt) noexcept;
  Dial connect_from(Attempt& attempt, const SocketAddress* source, bool foreign = false) noexcept;
  Dial finish(Attempt& attempt, int socket, int error) noexcept;
  Dial arrive(Attempt& attempt, int socket) noexcept;
  Dial fail(DialFailure failure, int error) noexcept;
  Dial fail(const Attempt& attempt, ConnectStep step, int error, bool has_source) noexcept;
  void count_arrival(Attempt& attempt) noexcept;
  Dial try_endpoint(Attempt& attempt) noexcept;
  bool goes_on_waiting() noexcept;
  void judge_endpoint(Attempt& attempt) noexcept;
  void abandon(Attempt& attempt) noexcept;
  Upstream::Found find_beside() const noexcept;
  Dial overtake() noexcept;
  void lose(Attempt& attempt) noexcept;

  Upstream& upstream_;
  const std::uint64_t session_;
  const int client_;
  const PeerAddress from_;
  Pick pick_;
  unsigned rounds_left_;
  Attempt attempt_;
  Attempt beside_;
  CloseReason failure_ = CloseReason::no_endpoint;
  WayOn way_on_ = WayOn::other_endpoint;
  int error_ = 0;
  bool may_recover_ = false;  // one of the failures of this round
  std::uint32_t attempts_ = 0;
  std::chrono::milliseconds most_{0};  // that an attempt may take
  FailedAttempts failed_attempts_;
  Waiting waiting_;
  Tried tried_;
};

}  // namespace duplexd
