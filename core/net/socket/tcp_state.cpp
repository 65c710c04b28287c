// Apart from the others: linux/tcp.h has the newer fields, and cannot be included beside netinet/tcp.h.
#include "core/net/socket/tcp_state.hpp"

#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/socket.h>

namespace duplexd {
namespace {

using Time = TcpState::Time;

constexpr Time milliseconds(std::uint32_t count) { return std::chrono::milliseconds(count); }
constexpr Time microseconds(std::uint64_t count) { return Time(static_cast<Time::rep>(count)); }

std::optional<Time> since_sent(const tcp_info& info) noexcept {
  if (info.tcpi_bytes_sent == 0) return std::nullopt;
  return milliseconds(info.tcpi_last_data_sent);
}

}  // namespace

// Fields that the running kernel does not have are 0.
std::optional<TcpState> tcp_state(int socket) noexcept {
  tcp_info info{};
  socklen_t size = sizeof info;
  if (::getsockopt(socket, IPPROTO_TCP, TCP_INFO, &info, &size) != 0) return std::nullopt;
  return TcpState{.rtt = microseconds(info.tcpi_rtt),
                  .rtt_variance = microseconds(info.tcpi_rttvar),
                  .segment = info.tcpi_snd_mss,
                  .window = info.tcpi_snd_wnd,
                  .unacknowledged = info.tcpi_unacked,
                  .lost = info.tcpi_lost,
                  .not_sent = info.tcpi_notsent_bytes,
                  .retries = info.tcpi_retransmits,
                  .retransmissions = info.tcpi_total_retrans,
                  .sent = info.tcpi_bytes_sent,
                  .retransmitted = info.tcpi_bytes_retrans,
                  .received = info.tcpi_bytes_received,
                  .delivery_rate = info.tcpi_delivery_rate,
                  .busy = microseconds(info.tcpi_busy_time),
                  .limited_by_window = microseconds(info.tcpi_rwnd_limited),
                  .limited_by_buffer = microseconds(info.tcpi_sndbuf_limited),
                  .since_sent = since_sent(info),
                  .since_received = milliseconds(info.tcpi_last_data_recv),
                  .since_acknowledged = milliseconds(info.tcpi_last_ack_recv)};
}

}  // namespace duplexd
