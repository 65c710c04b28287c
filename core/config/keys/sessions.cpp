// Keys of sessions and their sockets, which several sections have in common.
#include "core/config/keys/tables.hpp"
#include "core/config/keys/value.hpp"

#include <algorithm>
#include <climits>
#include <iterator>

namespace duplexd {
namespace {

using namespace std::chrono_literals;
using enum ReloadClass;

// The limits of the kernel: TCP_USER_TIMEOUT is an int of milliseconds, keepalive takes 32,767 seconds and
// 127 probes, and the buffer sizes are doubled in an int.
constexpr Duration longest_user_timeout = 24 * 24h;
constexpr std::chrono::seconds longest_keepalive = 9h;
constexpr int most_probes = 127;
constexpr std::size_t largest_buffer = std::size_t{INT_MAX} / 2 + 1;

Keys<Keepalive> keepalive_keys() {
  return {
      value("idle", &Keepalive::idle, whole_seconds(1s, longest_keepalive), new_sessions,
            "Silence before the first question, in whole seconds."),
      value("interval", &Keepalive::interval, whole_seconds(1s, longest_keepalive), new_sessions,
            "Time between two questions, in whole seconds."),
      value("count", &Keepalive::count, number(1, most_probes), new_sessions,
            "Questions in a row without an answer after which the peer is gone."),
  };
}

void half_closed_within_idle(Timeouts& timeouts) {
  const Duration longest = Timeouts().half_closed;
  timeouts.half_closed = timeouts.idle == 0ms ? longest : std::min(longest, timeouts.idle);
}

}  // namespace

Spelling<Duration> duration_or_off() { return word_or<Duration>("off", 0ms, duration(1ms, 365 * 24h)); }

Keys<Timeouts> timeout_keys() {
  return {
      value("connect", &Timeouts::connect, duration(1ms, 1h), new_sessions,
            "For one attempt to reach one endpoint; then the next one is tried.",
            "Lower it on a fast network, so that clients do not wait long for an endpoint that is down."),
      value("handshake", &Timeouts::handshake, duration(1ms, 1h), new_sessions,
            "For all that comes before bytes are relayed, what the client has to say first and every attempt "
            "to connect together; a longer *connect* counts instead.",
            "Raise it for an upstream of many endpoints that may be silent."),
      value("queue", &Timeouts::queue, duration(1ms, 24h), new_sessions,
            "For waiting until an endpoint has room (*max_sessions*); it does not count as *handshake*.",
            "A session that has waited for so long ends with _queue_timeout_."),
      value("idle", &Timeouts::idle, duration_or_off(), new_sessions,
            "A session ends when no byte has passed in either direction for so long; make it longer than "
            "the longest pause of your protocol.",
            "With *off*, only *keepalive* notices peers that vanished."),
      derived(value("half_closed", &Timeouts::half_closed, duration_or_off(), new_sessions,
                    "Takes the place of *idle* once one side has sent its last byte: the session ends when "
                    "no byte has come from the other side for so long.",
                    "Raise it for requests that are answered after a long silence. Where it is not written, "
                    "it is never longer than *idle*."),
              half_closed_within_idle),
      value("lifetime", &Timeouts::lifetime, duration_or_off(), new_sessions,
            "A session ends after so long, whatever it does.",
            "Use it to move long sessions to other endpoints."),
      value("lifetime_jitter", &Timeouts::lifetime_jitter, percent(90), new_sessions,
            "Each lifetime is shortened at random by up to this part of it, so that sessions that began "
            "together do not end, and return, together."),
  };
}

Keys<SocketOptions> socket_option_keys(ReloadClass of_bound_sockets, ReloadClass of_later_ones) {
  const auto buffer = word_or<std::size_t>("auto", 0, byte_size(1024, largest_buffer));
  Keys<SocketOptions> keys{
      value("nodelay", &SocketOptions::nodelay, boolean(), new_sessions,
            "Send small messages at once (TCP_NODELAY).",
            "*false* saves packets where the delay of up to 40 ms does not hurt."),
      section_or_off("keepalive", &SocketOptions::keepalive, &Keepalive::enabled, new_sessions,
                     "Ask a silent peer whether it is there; *off*: do not.",
                     "*keepalive: {}* turns it on where *defaults* has it off.", keepalive_keys()),
      value("user_timeout", &SocketOptions::user_timeout,
            word_or<Duration>("off", 0ms, duration(1ms, longest_user_timeout)), new_sessions,
            "Give a peer up that has not acknowledged data for so long (TCP_USER_TIMEOUT), also one that is "
            "alive but reads nothing; *off*: the kernel decides, after some 15 minutes.",
            "It decides in place of *keepalive.count*."),
      value("receive_buffer", &SocketOptions::receive_buffer, buffer, new_sessions,
            "Fixed size of the kernel's buffer for what is received (SO_RCVBUF); *auto*: it grows with the "
            "traffic.",
            "A small size bounds the kernel's memory for very many slow peers."),
      value("send_buffer", &SocketOptions::send_buffer, buffer, new_sessions,
            "Fixed size of the kernel's buffer for what is sent (SO_SNDBUF); *auto*: it grows with the "
            "traffic."),
  };
  std::ranges::move(in(&SocketOptions::network, network_keys(of_bound_sockets, of_later_ones)),
                    std::back_inserter(keys));
  return keys;
}

Key<UnixSocketPermissions> unix_mode_key(ReloadClass reload_class) {
  return value("mode", &UnixSocketPermissions::mode, file_mode(), reload_class,
               "Mode of the socket in the file system, four octal digits in quotes: who may write to it may "
               "connect.");
}

Key<UnixSocketPermissions> unix_group_key(ReloadClass reload_class) {
  return value("group", &UnixSocketPermissions::group, &Dependent::group, reload_class,
               "Group of the socket, by name or number; *auto*: the one that duplexd runs as.");
}

}  // namespace duplexd
