#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

namespace duplexd {

/// What the kernel knows of a connection (TCP_INFO in tcp(7), struct tcp_info in linux/tcp.h).
struct TcpState {
  using Time = std::chrono::microseconds;

  Time rtt{0};  ///< round trip, smoothed
  Time rtt_variance{0};
  std::uint32_t segment = 0;          ///< bytes that one holds at most
  std::uint32_t window = 0;           ///< bytes that the peer's kernel would take at most
  std::uint32_t unacknowledged = 0;   ///< segments
  std::uint32_t lost = 0;             ///< of these, segments that are taken for lost
  std::uint32_t not_sent = 0;         ///< bytes of the send queue that were never sent
  std::uint32_t retries = 0;          ///< timeouts in a row of the segment that is not acknowledged
  std::uint32_t retransmissions = 0;  ///< segments in all
  std::uint64_t sent = 0;             ///< bytes, also those sent again
  std::uint64_t retransmitted = 0;    ///< bytes
  std::uint64_t received = 0;         ///< bytes
  std::uint64_t delivery_rate = 0;    ///< bytes per second, at last
  Time busy{0};                       ///< how long there was something to send
  Time limited_by_window{0};          ///< of that, how long the peer's window was full
  Time limited_by_buffer{0};          ///< of that, how long our send buffer was too small
  std::optional<Time> since_sent{};   ///< none: nothing was ever sent
  Time since_received{0};             ///< since bytes came, or since it was connected
  Time since_acknowledged{0};         ///< since any segment of the peer acknowledged something
};

/// None: the socket is none of TCP. One system call.
std::optional<TcpState> tcp_state(int socket) noexcept;

}  // namespace duplexd
