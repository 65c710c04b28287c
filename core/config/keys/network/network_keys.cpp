// Keys of sockets that the host or the network has to agree to.
#include "core/config/keys/network/spellings.hpp"
#include "core/config/keys/tables.hpp"
#include "core/config/keys/value.hpp"

namespace duplexd {
namespace {

using namespace std::chrono_literals;
using enum ReloadClass;

constexpr int most_fast_open = 65'535;
constexpr std::chrono::seconds longest_deferral = 5min;

Key<NetworkOptions> interface_key(ReloadClass reload_class) {
  return value(
      "interface", &NetworkOptions::interface, interface_or_any(), reload_class,
      "The only interface, or VRF, that connections go by (SO_BINDTODEVICE).",
      "A listener hears only of clients that come in by it, and two listeners may have one address, each by "
      "an interface of its own; endpoints, and their checks, are dialled by it, whatever routes say. A "
      "listener needs it to be there; without it, dialling ends with _connect_no_source_.");
}

Key<NetworkOptions> mark_key() {
  return value(
      "mark", &NetworkOptions::mark, mark_or_off(), new_sessions,
      "The mark of all packets that are sent, for rules of *ip-rule*(8) and *nft*(8) (SO_MARK).",
      "It needs CAP_NET_ADMIN; see CAPABILITIES in *duplexd*(8). Without it a listener does not start, and "
      "dialling ends with _local_error_.");
}

Key<NetworkOptions> dscp_key() {
  return value("dscp", &NetworkOptions::dscp, dscp(), new_sessions,
               "The class of service that packets ask the network for, by its number or its name: _ef_, "
               "_af41_, _cs1_, _le_ (IP_TOS, IPV6_TCLASS).");
}

Key<NetworkOptions> congestion_key() {
  return value(
      "congestion", &NetworkOptions::congestion, congestion_or_auto(), new_sessions,
      "The congestion control of what is sent, such as _bbr_ (TCP_CONGESTION); *auto*: what the kernel "
      "prefers (_net.ipv4.tcp_congestion_control_).",
      "Those that are not in _net.ipv4.tcp_allowed_congestion_control_ need CAP_NET_ADMIN.");
}

Key<NetworkOptions> mptcp_key(ReloadClass reload_class) {
  return value(
      "mptcp", &NetworkOptions::mptcp, boolean(), reload_class,
      "*true*: connections may use several paths at once (Multipath TCP, RFC 8684).",
      "A peer that does not speak it is served by TCP, and so is every one on a host whose kernel has no "
      "MPTCP, of which _duplexd --check_ and the log of a start warn. Further paths are those of "
      "*ip-mptcp*(8). MPTCP has no *user_timeout*. Where the kernel does not let it choose the times of "
      "*keepalive*, those of _net.ipv4_ hold.");
}

Key<NetworkOptions> free_bind_key(ReloadClass reload_class) {
  return value(
      "free_bind", &NetworkOptions::free_bind, boolean(), reload_class,
      "*true*: addresses to bind to need not be there (IP_FREEBIND).",
      "For a listener whose address moves between hosts and may come later; for a *source* of IPv6 in "
      "a network that is routed to this host as a whole. One of IPv4 that is not there cannot be "
      "dialled from.");
}

}  // namespace

Keys<NetworkOptions> network_keys(ReloadClass of_bound_sockets, ReloadClass of_later_ones) {
  return {
      interface_key(of_bound_sockets), mark_key(), dscp_key(), congestion_key(), mptcp_key(of_bound_sockets),
      free_bind_key(of_later_ones)};
}

Keys<NetworkOptions> arrival_keys() {
  return {
      value("fast_open", &NetworkOptions::fast_open, word_or<int>("off", 0, number(1, most_fast_open)),
            new_sessions,
            "Clients that have been here before may send their first bytes with their first packet (TCP Fast "
            "Open, RFC 7413); at most so many at once, whose handshake is not over.",
            "It needs the bit 2 in _net.ipv4.tcp_fastopen_. What a client sends so may come twice, as two "
            "sessions: it is only for protocols where that does no harm, such as TLS. Clients that wait for "
            "the endpoint to speak first gain nothing, and lose nothing.\n"
            "- Endpoints are not dialled so: their first packet would wait for the client's first bytes, "
            "which never come where the endpoint speaks first; and as connect(2) succeeds at once, one that "
            "is down would be found out only when bytes are lost on it, too late for *retry*, *passive* and "
            "the other family of a name."),
      value(
          "defer_accept", &NetworkOptions::defer_accept,
          word_or<std::chrono::seconds>("off", std::chrono::seconds(0), whole_seconds(1s, longest_deferral)),
          new_sessions,
          "Hear of a client only when its first bytes have come, or after about so long (TCP_DEFER_ACCEPT).",
          "Clients that connect and say nothing cost no session meanwhile, and no time-out of duplexd "
          "counts for them. It is not for protocols in which the endpoint speaks first: their clients wait "
          "for all of the time."),
  };
}

}  // namespace duplexd
