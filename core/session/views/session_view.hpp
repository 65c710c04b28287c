#pragma once

#include "core/metrics/events.hpp"
#include "core/net/address/address.hpp"
#include "core/net/socket/tcp_state.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

namespace duplexd {

/// What a live session does. Its word is a part of the control protocol.
enum class LiveState : std::uint8_t {
  greeting,      ///< the client is to say something first
  waiting_turn,  ///< limits.handshakes others are in their TLS handshake
  dialling,      ///< an endpoint is connected, or chosen
  waiting_room,  ///< no endpoint has room
  introducing,   ///< the endpoint is told what comes first
  relaying,      ///< both directions go on
  half_closed,   ///< one direction is over
};
inline constexpr std::size_t live_state_count = static_cast<std::size_t>(LiveState::half_closed) + 1;
std::string_view to_word(LiveState state) noexcept;

/// What a chain waits for.
enum class ChainWait : std::uint8_t {
  nothing,    ///< it has finished, was abandoned, or has not begun
  sender,     ///< until its sender may be read
  receiver,   ///< until its receiver may be written
  bandwidth,  ///< until the limit of the configuration lets it take bytes
};

/// One chain of a live session.
struct ChainView {
  DirectionBytes bytes{};  ///< `undelivered` ones are held in a buffer or a pipe
  ChainWait waits_for{};
  /// Relayed bytes, or waited for its sender or for bandwidth. With `bytes.stalled`, all its time.
  std::chrono::microseconds reading{0};
  bool stalled = false;   ///< held bytes wait for the receiver at this moment
  bool splices = false;   ///< bytes go through a pipe, not through a buffer
  bool finished = false;  ///< the end of the stream was forwarded
};

/// A live session at one moment. Names live as those of a SessionEnd do.
struct SessionView {
  std::uint64_t id = 0;
  std::uint32_t worker = 0;
  std::uint32_t moves = 0;  ///< from process to process
  std::string_view listener{};
  std::string_view upstream{};  ///< empty: none was chosen
  std::string_view endpoint{};  ///< as configured; empty: none was chosen
  PeerAddress client{};         ///< where it connected from, or says so in a PROXY header
  PeerAddress via{};            ///< the proxy that sent the header; none: there was no header
  PeerAddress dialled{};        ///< the address of the endpoint; none: its own for each session, or none yet
  LiveState state{};
  std::chrono::microseconds age{0};
  std::chrono::microseconds connecting{0};                 ///< of its age: until it relayed
  std::optional<std::chrono::milliseconds> half_closed{};  ///< how long one direction is over; none: neither
  std::chrono::milliseconds idle{0};                       ///< since a byte moved, to the tick
  ChainView upstream_chain{};
  ChainView downstream_chain{};

  // Only if they were asked for; none: no socket of TCP.
  std::optional<TcpState> client_tcp{};
  std::optional<TcpState> endpoint_tcp{};
};

}  // namespace duplexd
