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
    failed,       ///< nothing is left to try: failure() and error() say why
  };
  State state{};
  FileDescriptor socket;               ///< new, non-blocking, close-on-exec; none: that of the attempt before
  std::chrono::milliseconds pause{0};  ///< when paused
};

/// Dials one session's way to an endpoint: the one whose turn it is and, when that fails, the next that was
/// not yet tried. It makes the system calls and keeps the score; waiting is its owner's. Used by one worker,
/// while `upstream` lives.
class Connector {
 public:
  /// Takes a turn of the upstream.
  explicit Connector(Upstream& upstream) noexcept : upstream_(upstream), turn_(upstream.take_turn()) {}
  Connector(const Connector&) = delete;
  Connector& operator=(const Connector&) = delete;

  /// Dials until an endpoint has answered, is about to, may have room in a moment, or none is left.
  Dial dial() noexcept;

  /// Goes on with an attempt in progress on `socket`, which stays the caller's: the caller closes it when the
  /// result is not about it any more (failed, paused, or a new socket). Readiness may have been spurious:
  /// then it still is in progress.
  Dial resume(int socket, bool timed_out) noexcept;

  /// After connected: the session's share of the endpoint.
  EndpointHold take_endpoint() noexcept { return std::move(endpoint_); }

  const Endpoint* endpoint() const noexcept { return endpoint_.get(); }  ///< the last one tried; null: none
  std::uint32_t attempts() const noexcept { return attempts_; }
  CloseReason failure() const noexcept { return failure_; }
  int error() const noexcept { return error_; }

 private:
  void take(const Pool::Member& member) noexcept;
  Dial connect() noexcept;
  Dial connect_from(const SocketAddress* source) noexcept;
  Dial arrive(int socket) noexcept;
  Dial fail(DialFailure failure, int error) noexcept;

  Upstream& upstream_;
  const std::uint64_t turn_;
  EndpointHold endpoint_;
  bool may_meet_itself_ = false;
  CloseReason failure_ = CloseReason::no_endpoint;
  WayOn way_on_ = WayOn::other_endpoint;
  int error_ = 0;
  std::uint32_t attempts_ = 0;
  Tried tried_;
};

}  // namespace duplexd
