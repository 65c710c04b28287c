// Keys of a listener.
#include "core/config/keys/edge/dry_run.hpp"
#include "core/config/keys/tables.hpp"
#include "core/config/keys/value.hpp"
#include "core/config/reading/binds.hpp"

#include <algorithm>
#include <iterator>

namespace duplexd {
namespace {

using enum ReloadClass;

constexpr std::size_t most_sessions = 10'000'000;  // no host has that many descriptors

Keys<AccessConfig> access_keys() {
  return {
      list("allow", &AccessConfig::allow, network(), live,
           "Networks (10.0.0.0/8, 2001:db8::/32) or addresses; if there are any, only clients from them may "
           "connect.",
           "Clients of Unix sockets have no address: *unix.mode* governs them."),
      list("deny", &AccessConfig::deny, network(), live,
           "Networks or addresses of clients that may not connect, even if they are allowed."),
      value("dry_run", &AccessConfig::dry_run, boolean(), live,
            "*true*: clients that may not connect are counted and logged, and may.", "See *limits.dry_run*."),
  };
}

/// `word` is that for 0.
Spelling<std::size_t> rate_or(std::string_view word) {
  return word_or<std::size_t>(word, 0, number<std::size_t>(1, 1'000'000));
}

Keys<ListenerLimits> limit_keys() {
  return {
      value("sessions", &ListenerLimits::sessions, session_limit("off"), live,
            "Sessions at once on this listener, for further clients see *when_full*; *off*: only "
            "*limits.sessions* of the process counts.",
            "Set it so that one busy listener leaves room for the others."),
      value("per_source", &ListenerLimits::per_source, session_limit("off"), live,
            "Sessions at once from one client address; further ones are closed at once.",
            "Keep in mind that many clients share an address behind a NAT."),
      value("rate", &ListenerLimits::rate, rate_or("off"), live,
            "New sessions a second on this listener, of all workers together; for further clients see "
            "*when_full*."),
      value("burst", &ListenerLimits::burst, rate_or("auto"), live,
            "New sessions at once after a pause, above the *rate*; *auto*: as many as *rate* says.",
            "Fewer than a fifth of the rate count as a fifth of it."),
      value(
          "per_source_rate", &ListenerLimits::per_source_rate, rate_or("off"), live,
          "New sessions a second from one client address; further ones are closed at once.",
          "They cannot wait: who they are is known only once they are accepted. Clients that are refused do "
          "not count for *rate*. Of 65536 addresses at once each is certainly held to the rate; of more, "
          "those "
          "that come most often are, and the totals and the status count the others "
          "(_sources_forgotten_)."),
      value(
          "per_source_burst", &ListenerLimits::per_source_burst, rate_or("auto"), live,
          "New sessions from one client address at once after a pause; *auto*: as many as *per_source_rate* "
          "says."),
      value(
          "handshakes", &ListenerLimits::handshakes,
          word_or<std::size_t>("off", 0, number<std::size_t>(1, 1'000'000)), live,
          "TLS handshakes at once on this listener, of all workers together; further clients wait for their "
          "turn within *timeouts.handshake*.",
          "For listeners with *tls*. A client takes its turn with the first bytes that it sends, so that "
          "silent ones take none; one that stalls later keeps it for *timeouts.handshake*, so set "
          "*per_source*, "
          "too. If its turn does not come in time the reason is _handshake_limit_; the "
          "totals and the status say how many had to wait (_handshakes_waited_)."),
      dry_run_key(
          &ListenerLimits::dry_run,
          {Limit::sessions, Limit::per_source, Limit::rate, Limit::per_source_rate, Limit::handshakes},
          "Which of these limits are tried only: clients beyond them are counted and logged, and served "
          "as if there were no limit; *true*: all of them.",
          "_duplexctl status_ and the totals count them apart from clients that were refused "
          "(_dry_run_), the log has a line _limit_tried_ at most every ten seconds for each limit, and "
          "the end record of a session says which limits it was beyond (_dry_run_). The limit of the "
          "process, *limits.sessions*, always holds."),
      value("ipv6_source_prefix", &ListenerLimits::ipv6_source_prefix, number(1u, 128u), live,
            "How many leading bits of an IPv6 address count as one source; a customer usually has a /64.",
            "After a reload that changes it, clients that are there count by the bits that they came with."),
      value("when_full", &ListenerLimits::when_full,
            one_of<WhenFull>({{"wait", WhenFull::wait}, {"refuse", WhenFull::refuse}}), live,
            "What becomes of clients at a limit of sessions, of the listener or of the process, or above its "
            "*rate*; *wait*: "
            "they wait in the backlog until a session ends; *refuse*: they are reset at once.",
            "Refused clients can try elsewhere; the reason is _session_limit_.")
          .from_defaults(),
  };
}

Spelling<std::size_t> bytes_a_second() {
  return word_or<std::size_t>("off", 0, byte_size(1024, std::size_t{1} << 40));
}

Keys<BandwidthConfig> bandwidth_keys() {
  return {
      value("total_upstream", &BandwidthConfig::total_upstream, bytes_a_second(), live,
            "From clients to endpoints, of all sessions of the listener together, such as 100MiB; *off*: any "
            "number."),
      value("total_downstream", &BandwidthConfig::total_downstream, bytes_a_second(), live,
            "From endpoints to clients, of all sessions of the listener together."),
      value("session_upstream", &BandwidthConfig::session_upstream, bytes_a_second(), new_sessions,
            "From the client to the endpoint, of each session."),
      value("session_downstream", &BandwidthConfig::session_downstream, bytes_a_second(), new_sessions,
            "From the endpoint to the client, of each session."),
      dry_run_key(
          &BandwidthConfig::dry_run,
          {Limit::total_upstream, Limit::total_downstream, Limit::session_upstream,
           Limit::session_downstream},
          "Which of these are tried only: bytes beyond them are counted and logged, and relayed at "
          "once; *true*: all of them.",
          "As *limits.dry_run*. Sessions keep the word that they began with for what holds for each of "
          "them."),
  };
}

Keys<SocketOptions> client_socket_keys() {
  auto keys = socket_option_keys(rebind, live);
  std::ranges::move(in(&SocketOptions::network, arrival_keys()), std::back_inserter(keys));
  return keys;
}

Keys<UnixSocketPermissions> unix_keys() {
  return {
      unix_mode_key(live),
      value("owner", &UnixSocketPermissions::owner, &Dependent::user, live,
            "User that owns the socket, by name or number; *auto*: the one that duplexd runs as."),
      unix_group_key(live),
  };
}

Key<ListenerConfig> bind_key() {
  return list("bind", std::function<void(MapReader&, ListenerConfig&, std::vector<Placed<Bind>>)>(take_binds),
              &Dependent::bind, rebind,
              "Where clients connect, one address or a list: 127.0.0.1:80, \"[::1]:80\", \":80\" (all of "
              "IPv4 and IPv6), \"\\*:80\" (all of IPv4), 0.0.0.0:5000-5010, unix:/run/x.sock, "
              "\"unix:@name\", systemd:NAME.",
              "No address may be bound twice, but addresses may overlap: of _0.0.0.0:80_ and _127.0.0.1:80_ "
              "the narrower "
              "one gets its clients, the wider one all others.\n"
              "- _127.0.0.1:80_, _\"[::1]:80\"_: one address; an IPv6 one takes IPv6 clients only\n"
              "- _\":80\"_: every IPv4 and IPv6 address of the host, on one socket\n"
              "- _\"\\*:80\"_, _0.0.0.0:80_: every IPv4 address of the host, as *bind \\*:80* of HAProxy\n"
              "- _0.0.0.0:5000-5010_: a range of at most 1024 ports, both ends included\n"
              "- _unix:/run/x.sock_: a socket in the file system; see *unix.mode*. Its file is made again if "
              "somebody "
              "removes it\n"
              "- _\"unix:@name\"_: an abstract socket\n"
              "- _systemd:NAME_: sockets of a systemd.socket(5) unit with _FileDescriptorName=NAME_")
      .needs("an address to listen on, such as bind: 0.0.0.0:5432");
}

Key<ListenerConfig> transparent_key() {
  return value(
      "transparent", &ListenerConfig::transparent, boolean(), live,
      "*true*: accepts connections to addresses of other hosts that _tproxy_ of nftables leads here, and may "
      "be bound to such addresses (IP_TRANSPARENT); needs CAP_NET_ADMIN or CAP_NET_RAW.",
      "See *TRANSPARENT PROXYING* in *duplexd*(8). The endpoint _original_destination_ dials where such a "
      "client wanted to go. Connections of _redirect_ need no such listener. Unix sockets take no notice; "
      "the sockets of _systemd:NAME_ may have it from their unit (_Transparent=yes_).");
}

Key<ListenerConfig> zero_copy_key() {
  return value(
      "zero_copy", &ListenerConfig::zero_copy,
      one_of<ZeroCopy>({{"auto", ZeroCopy::automatic}, {"off", ZeroCopy::off}}), new_sessions,
      "*auto*: while a direction carries bulk, its bytes go from socket to socket by splice(2); *off*: "
      "everything is copied.",
      "Bulk goes through a pipe that is leased while it is on its way; small messages are copied, which is "
      "cheaper for them. The pipes of a process are as large as _fs.pipe-max-size_ lets them be, up to 1 "
      "MiB, and together take at most half of _fs.pipe-user-pages-soft_; *duplexd --check --verbose* prints "
      "how many "
      "there may be. With all of them taken, bulk is copied.");
}

}  // namespace

Spelling<Network> network() {
  return {Network::parse,
          [](const Network& value) { return yaml_scalar(value.to_string()); },
          {.schema = {text_schema("^[0-9A-Fa-f:.]+(/(0|[1-9][0-9]*))?$")}}};
}

Spelling<std::size_t> session_limit(std::string_view unlimited) {
  return word_or<std::size_t>(unlimited, 0, number<std::size_t>(1, most_sessions));
}

const Keys<ListenerConfig>& listener_keys() {
  static const Keys<ListenerConfig> keys{
      bind_key(),
      transparent_key(),
      listener_upstream_key(),
      routes_key(),
      starttls_key(),
      proxy_in_key(),
      section("access", &ListenerConfig::access, "Who may connect.", access_keys()),
      section("limits", &ListenerConfig::limits, "Limits of a listener.", limit_keys()),
      section("bandwidth", &ListenerConfig::bandwidth, "Bytes a second.", bandwidth_keys()),
      section("timeouts", &ListenerConfig::timeouts, "The deadlines of sessions.", timeout_keys())
          .from_defaults(),
      section("client", &ListenerConfig::client,
              "The sockets that are accepted from clients; Unix sockets take the sizes of buffers only.",
              client_socket_keys())
          .from_defaults(),
      listener_tls_key(),
      zero_copy_key(),
      section("unix", &ListenerConfig::unix_socket, "How a socket in the file system is created.",
              unix_keys()),
      value("backlog", &ListenerConfig::backlog, number(1, 65'535), live,
            "Clients that may wait to be accepted, for each socket; the kernel takes at most "
            "_net.core.somaxconn_."),
  };
  return keys;
}

}  // namespace duplexd
