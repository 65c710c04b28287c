// Keys of a listener.
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
  };
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
      value("rate", &ListenerLimits::rate, word_or<std::size_t>("off", 0, number<std::size_t>(1, 1'000'000)),
            live,
            "New sessions a second on this listener, of all workers together; for further clients see "
            "*when_full*."),
      value("burst", &ListenerLimits::burst,
            word_or<std::size_t>("auto", 0, number<std::size_t>(1, 1'000'000)), live,
            "New sessions at once after a pause, above the *rate*; *auto*: as many as *rate* says.",
            "Fewer than a fifth of the rate count as a fifth of it."),
      value("ipv6_source_prefix", &ListenerLimits::ipv6_source_prefix, number(1u, 128u), live,
            "How many leading bits of an IPv6 address count as one source; a customer usually has a /64."),
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
