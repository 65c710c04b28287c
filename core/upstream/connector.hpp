#pragma once

#include "core/metrics/close_reason.hpp"
#include "core/net/socket/connecting.hpp"
#include "core/upstream/dial_failure.hpp"
#include "core/upstream/upstream.hpp"

#include <chrono>
#include <cstdint>
#include <utility>

namespace duplexd {

/// What dialling came to.
struct Dial {
  enum class State : std::uint8_t {
    connected,    ///< to endpoint()
    in_progress,  ///< resume() when the socket is writable, or the attempt has taken too long
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
  /// it, anything.
  Connector(Upstream& upstream, std::uint64_t hash) noexcept
      : upstream_(upstream),
        pick_{upstream.take_turn(), hash},
        rounds_left_(upstream.config().retry.rounds) {}
  ~Connector() { abandon(); }
  Connector(const Connector&) = delete;
  Connector& operator=(const Connector&) = delete;

  /// Dials until an endpoint has answered, is about to, may have room in a moment, or none is left.
  Dial dial() noexcept;

  /// Goes on with an attempt in progress on `socket`, which stays the caller's: the caller closes it when the
  /// result is not about it any more (failed, paused, full, or a new socket). Readiness may have been
  /// spurious: then it still is in progress.
  Dial resume(int socket, bool timed_out) noexcept;

  /// Whether dial() would find an endpoint with room.
  bool has_room() noexcept;
  /// Its place among the sessions that wait for room, for the caller to join and leave with.
  Waiting& waiting() noexcept { return waiting_; }

  /// After connected: the session's share of the endpoint.
  EndpointHold take_endpoint() noexcept { return std::move(endpoint_); }

  const Endpoint* endpoint() const noexcept { return endpoint_.get(); }  ///< the last one tried; null: none
  std::uint32_t attempts() const noexcept { return attempts_; }
  CloseReason failure() const noexcept { return failure_; }
  int error() const noexcept { return error_; }

 private:
  using Clock = std::chrono::steady_clock;

  bool take(const Upstream::Found& found) noexcept;
  Dial dial_next() noexcept;
  Dial give_up(const Upstream::Found& found) noexcept;
  Dial connect() noexcept;
  Dial connect_from(const SocketAddress* source) noexcept;
  Dial arrive(int socket) noexcept;
  Dial fail(DialFailure failure, int error) noexcept;
  void judge_endpoint() noexcept;
  void abandon() noexcept;

  Upstream& upstream_;
  Pick pick_;
  unsigned rounds_left_;
  EndpointHold endpoint_;
  bool undecided_ = false;  // the attempt, as far as the endpoint is concerned
  bool leads_back_ = false;
  bool may_meet_itself_ = false;
  CloseReason failure_ = CloseReason::no_endpoint;
  WayOn way_on_ = WayOn::other_endpoint;
  int error_ = 0;
  std::uint32_t attempts_ = 0;
  Clock::time_point attempt_began_;
  Waiting waiting_;
  Tried tried_;
};

}  // namespace duplexd
