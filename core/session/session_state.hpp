#pragma once

#include "core/config/edge/limit.hpp"
#include "core/config/upstream_config.hpp"
#include "core/metrics/close_reason.hpp"
#include "core/metrics/events.hpp"
#include "core/net/address/address.hpp"
#include "core/net/pipe_pool.hpp"
#include "core/net/socket/file_descriptor.hpp"
#include "core/session/relay/relaying.hpp"
#include "core/session/stages/known.hpp"
#include "core/upstream/endpoint.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace duplexd {

/// What a session is described by to another process of this host. Times are of the steady clock, which is
/// the same for all processes (CLOCK_MONOTONIC, clock_gettime(2)), or times left. Everything but the
/// descriptors.
struct SessionState {
  using Microseconds = std::chrono::microseconds;
  using Milliseconds = std::chrono::milliseconds;

  /// The bytes of a direction that its receiver has not taken: first those that were copied, then those in a
  /// pipe.
  struct Held {
    std::vector<std::byte> copied{};
    std::uint32_t piped = 0;
    std::uint32_t pipe_size = 0;  ///< 0: there is no pipe
    Microseconds stalled{0};      ///< altogether
  };

  std::uint64_t id = 0;
  std::uint32_t moves = 0;  ///< how often it has gone to another process
  std::string listener{};
  std::string upstream{};
  bool greeted = true;  ///< false: what the client says first is still waited for, and `upstream` is empty
  LiveSessions on_removed{};  ///< of its upstream, if that is no longer configured
  Known known{};
  std::vector<std::uint8_t> proxy_fields{};  ///< of the client's PROXY header, unless it relays
  bool relays = false;  ///< false: it is still to be dialled, and what follows up to `client` is empty
  std::string endpoint{};
  SocketAddress endpoint_address{};  ///< of the Endpoint
  Relaying::State relaying{};
  Held held_upstream{};
  Held held_downstream{};
  Microseconds connecting{0};
  std::uint32_t attempts = 0;
  FailedAttempts failed_attempts{};
  LimitSet beyond_tried{};  ///< limits of its listener that are tried
  PeerAddress client{};
  Microseconds started{0};                  ///< since the clock's beginning
  Milliseconds quiet{0};                    ///< since a byte was moved
  std::optional<Milliseconds> handshake{};  ///< left; none: there is no such deadline
  std::optional<Milliseconds> lifetime{};
  // If it waits, or has waited, for an endpoint that has room.
  std::optional<Milliseconds> queue{};  ///< left
  std::uint64_t place = 0;              ///< in the line of its upstream; 0: none
  std::optional<Milliseconds> leaving{};
  CloseReason leaves_for{};
  std::optional<Milliseconds> half_closed_for{};  ///< none: it is not half-closed
  // What it goes by where its listener is no longer configured.
  Milliseconds idle{0};  ///< 0: off, as below
  Milliseconds half_closed{0};
};

/// The descriptors of a session, open for as long as the session of the other process is frozen.
struct SessionDescriptors {
  int client = -1;
  int endpoint = -1;  ///< if it relays
  /// Entrance and exit of the pipe of a direction, the upstream one's first; -1: it has none.
  std::array<std::array<int, 2>, 2> pipes{{{-1, -1}, {-1, -1}}};
};

/// A session that another process had.
struct MovedSession {
  SessionState state{};
  FileDescriptor client{};
  FileDescriptor endpoint{};
  std::array<Pipe, 2> pipes{};
  EndpointHold hold{};  ///< of its endpoint, if it relays
};

}  // namespace duplexd
