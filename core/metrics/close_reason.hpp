#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace duplexd {

enum class Side : std::uint8_t { client, endpoint, local };
std::string_view to_word(Side side) noexcept;

/// Why a session ended. Its word is a log field and a metric label, and never changes its meaning.
enum class CloseReason : std::uint8_t {
  client_finished,      ///< both directions ended in order, the client's first
  endpoint_finished,    ///< both directions ended in order, the endpoint's first
  client_reset,         ///< the client reset the connection
  endpoint_reset,       ///< the endpoint reset the connection
  client_lost,          ///< the client stopped answering (keepalive, TCP_USER_TIMEOUT, retransmission)
  endpoint_lost,        ///< the endpoint stopped answering
  client_error,         ///< another error on the client's socket
  endpoint_error,       ///< another error on the endpoint's socket
  client_truncated,     ///< the client's TLS stream ended without close_notify
  endpoint_truncated,   ///< the endpoint's TLS stream ended without close_notify
  client_left,          ///< the client ended its stream before its session was relayed
  client_tls_failed,    ///< the TLS handshake with the client, or a later record of it
  handshake_timeout,    ///< the client had not said in time what its listener waits for
  bad_proxy_header,     ///< the PROXY header is missing or broken
  bad_client_hello,     ///< the ClientHello is broken
  no_route,             ///< none of the listener's routes applies
  route_rejected,       ///< the route that applies says to reject
  connect_refused,      ///< the last endpoint tried refused
  connect_timeout,      ///< the last endpoint tried did not answer in time
  connect_unreachable,  ///< no route to the last endpoint tried
  connect_no_port,      ///< no local port left to dial the last endpoint from
  connect_no_source,    ///< no local address to dial the last endpoint from
  /// The client's address, to dial from, is not of the family of the last endpoint.
  connect_other_family,
  /// The client came to the listener itself, and the endpoint is where the client wanted to go.
  no_original_destination,
  connect_loop,         ///< the last endpoint is a listener of ours that leads back to the upstream
  connect_error,        ///< the last endpoint tried failed in another way
  via_failed,           ///< the proxy to the last endpoint tried was not reached, or is none
  via_refused,          ///< the proxy to the last endpoint tried did not connect it
  endpoint_tls_failed,  ///< the TLS handshake with the last endpoint tried, or a later record
  no_endpoint,          ///< the upstream has no address to dial
  all_down,             ///< every endpoint is down, by its checks or by the operator
  queue_full,           ///< no endpoint had room, and max_waiting sessions waited already
  queue_timeout,        ///< no endpoint had room for timeouts.queue
  idle_timeout,         ///< no byte in either direction for timeouts.idle
  half_closed_timeout,  ///< one direction had ended and the other stood still for timeouts.half_closed
  lifetime,             ///< timeouts.lifetime was over
  removed,              ///< a reload removed the endpoint, and on_removed ends its sessions
  endpoint_down,        ///< the endpoint is down, and on_down ends its sessions
  drained,              ///< the operator drains the endpoint, and on_drained ends its sessions
  failed_back,          ///< an endpoint of a higher priority is up again, and on_up ends this session
  killed,               ///< the operator ended it (duplexctl kill)
  stopped,              ///< duplexd stopped before the session ended
  access_denied,        ///< access.allow or access.deny
  source_limit,         ///< limits.per_source
  source_rate_limit,    ///< limits.per_source_rate
  session_limit,        ///< limits.sessions, where limits.when_full says to refuse
  handshake_limit,      ///< limits.handshakes: its turn had not come in time
  rate_limit,           ///< limits.rate, where limits.when_full says to refuse
  local_error,          ///< a system call of duplexd failed (descriptors, memory)
};
inline constexpr std::size_t close_reason_count = static_cast<std::size_t>(CloseReason::local_error) + 1;

std::string_view to_word(CloseReason reason) noexcept;      ///< "client_finished"
std::string_view to_sentence(CloseReason reason) noexcept;  ///< for people
Side side_of(CloseReason reason) noexcept;                  ///< the side that caused it

}  // namespace duplexd
