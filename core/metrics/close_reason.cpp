#include "core/metrics/close_reason.hpp"

#include <array>

namespace duplexd {
namespace {

struct Row {
  CloseReason reason;
  Side side;
  std::string_view word;
  std::string_view sentence;
};

using enum CloseReason;

constexpr std::array<Row, close_reason_count> rows{{
    {client_finished, Side::client, "client_finished", "both directions ended in order, the client's first"},
    {endpoint_finished, Side::endpoint, "endpoint_finished",
     "both directions ended in order, the endpoint's first"},
    {client_reset, Side::client, "client_reset", "the client reset the connection"},
    {endpoint_reset, Side::endpoint, "endpoint_reset", "the endpoint reset the connection"},
    {client_lost, Side::client, "client_lost", "the client stopped answering"},
    {endpoint_lost, Side::endpoint, "endpoint_lost", "the endpoint stopped answering"},
    {client_error, Side::client, "client_error", "the client's socket failed"},
    {endpoint_error, Side::endpoint, "endpoint_error", "the endpoint's socket failed"},
    {client_truncated, Side::client, "client_truncated",
     "the client's TLS stream ended without close_notify"},
    {endpoint_truncated, Side::endpoint, "endpoint_truncated",
     "the endpoint's TLS stream ended without close_notify"},
    {client_left, Side::client, "client_left", "the client left before it was connected to an endpoint"},
    {client_tls_failed, Side::client, "client_tls_failed", "TLS with the client failed"},
    {handshake_timeout, Side::local, "handshake_timeout",
     "the client had not said for timeouts.handshake what its listener waits for"},
    {bad_proxy_header, Side::local, "bad_proxy_header",
     "the PROXY header of the connection is missing or broken"},
    {bad_client_hello, Side::local, "bad_client_hello", "the client's ClientHello is broken"},
    {no_route, Side::local, "no_route", "none of the listener's routes applies to the client"},
    {route_rejected, Side::local, "route_rejected", "the route that applies to the client says to reject it"},
    {connect_refused, Side::endpoint, "connect_refused", "the last endpoint tried refused the connection"},
    {connect_timeout, Side::endpoint, "connect_timeout", "the last endpoint tried did not answer in time"},
    {connect_unreachable, Side::endpoint, "connect_unreachable",
     "there is no route to the last endpoint tried"},
    {connect_no_port, Side::local, "connect_no_port", "no local port was left to dial from"},
    {connect_no_source, Side::local, "connect_no_source", "this host has no address to dial from"},
    {connect_other_family, Side::local, "connect_other_family",
     "endpoint.source is client, and the client's address is not of the endpoint's family"},
    {no_original_destination, Side::local, "no_original_destination",
     "the endpoint is the client's original destination, and nobody redirected the client"},
    {connect_loop, Side::local, "connect_loop", "the endpoint is a listener of duplexd that leads back here"},
    {connect_error, Side::endpoint, "connect_error", "the last endpoint tried could not be connected to"},
    {via_failed, Side::endpoint, "via_failed",
     "the proxy to the last endpoint tried could not be reached, or did not speak as one"},
    {via_refused, Side::endpoint, "via_refused", "the proxy did not connect the last endpoint tried"},
    {endpoint_tls_failed, Side::endpoint, "endpoint_tls_failed", "TLS with the last endpoint tried failed"},
    {no_endpoint, Side::endpoint, "no_endpoint", "the upstream has no address to dial"},
    {all_down, Side::endpoint, "all_down", "every endpoint is down, by its checks or by the operator"},
    {queue_full, Side::local, "queue_full",
     "no endpoint had room, and upstreams.NAME.max_waiting sessions waited already"},
    {queue_timeout, Side::local, "queue_timeout", "no endpoint had room for timeouts.queue"},
    {idle_timeout, Side::local, "idle_timeout", "neither side sent anything for timeouts.idle"},
    {half_closed_timeout, Side::local, "half_closed_timeout",
     "one direction had ended and the other stood still for timeouts.half_closed"},
    {lifetime, Side::local, "lifetime", "timeouts.lifetime was over"},
    {removed, Side::local, "removed",
     "a reload removed the endpoint, and upstreams.NAME.on_removed ends its sessions"},
    {endpoint_down, Side::endpoint, "endpoint_down",
     "the endpoint is down, and upstreams.NAME.on_down ends its sessions"},
    {drained, Side::local, "drained",
     "the operator drains the endpoint, and upstreams.NAME.on_drained ends its sessions"},
    {failed_back, Side::local, "failed_back",
     "an endpoint of a higher priority is up again, and upstreams.NAME.on_up ends the sessions of others"},
    {killed, Side::local, "killed", "the operator ended the session (duplexctl kill)"},
    {stopped, Side::local, "stopped", "duplexd stopped before the session ended"},
    {access_denied, Side::local, "access_denied", "access.allow or access.deny keeps this client out"},
    {source_limit, Side::local, "source_limit",
     "the client's address has limits.per_source sessions already"},
    {source_rate_limit, Side::local, "source_rate_limit",
     "more than limits.per_source_rate clients came from the client's address in a second"},
    {session_limit, Side::local, "session_limit",
     "there were limits.sessions already, and limits.when_full is refuse"},
    {handshake_limit, Side::local, "handshake_limit",
     "limits.handshakes others were in their TLS handshake for timeouts.handshake"},
    {rate_limit, Side::local, "rate_limit",
     "more than limits.rate clients came in a second, and limits.when_full is refuse"},
    {local_error, Side::local, "local_error", "a system call of duplexd failed"},
}};

constexpr bool in_order() {
  for (std::size_t i = 0; i < rows.size(); ++i)
    if (rows[i].reason != static_cast<CloseReason>(i)) return false;
  return true;
}
static_assert(in_order(), "a row per reason, in the order of the enum");

const Row& row(CloseReason reason) noexcept { return rows[static_cast<std::size_t>(reason)]; }

}  // namespace

std::string_view to_word(Side side) noexcept {
  switch (side) {
    case Side::client:
      return "client";
    case Side::endpoint:
      return "endpoint";
    case Side::local:
      break;
  }
  return "local";
}

std::string_view to_word(CloseReason reason) noexcept { return row(reason).word; }
std::string_view to_sentence(CloseReason reason) noexcept { return row(reason).sentence; }
Side side_of(CloseReason reason) noexcept { return row(reason).side; }

}  // namespace duplexd
