// Keys of the process, at the top of the main file.
#include "core/config/keys/tables.hpp"
#include "core/config/keys/value.hpp"
#include "core/config/spelling/wording.hpp"

namespace duplexd {
namespace {

using namespace std::chrono_literals;
using enum ReloadClass;

struct ControlSocket {
  ControlConfig::Socket kind;
  std::string path;
  bool operator==(const ControlSocket&) const = default;
};

Field<ControlConfig, ControlSocket> control_socket() {
  return {[](const ControlConfig& control) {
            return ControlSocket{control.socket, control.path};
          },
          [](ControlConfig& control, ControlSocket socket) {
            control.socket = socket.kind;
            control.path = std::move(socket.path);
          }};
}

/// A path for bind(2), without the "unix:" of a listener.
Spelling<ControlSocket> socket_path() {
  return {[](std::string_view text) -> Parsed<ControlSocket> {
            if (!text.starts_with('/')) return ParseError{"is no absolute path"};
            const auto address = SocketAddress::parse(fmt::format("unix:{}", text));
            if (!address) return ParseError{"is too long for a Unix socket"};
            return ControlSocket{ControlConfig::Socket::path, std::string(text)};
          },
          [](const ControlSocket& socket) { return yaml_scalar(socket.path); },
          {"a path such as /run/duplexd/control.sock", {}, "", {text_schema("^/")}}};
}

Spelling<ControlSocket> socket_path_or_word() {
  using Kind = ControlConfig::Socket;
  return word_or<ControlSocket>("auto", {Kind::automatic, ""},
                                word_or<ControlSocket>("off", {Kind::off, ""}, socket_path()));
}

constexpr std::uint16_t dns_port = 53;

/// "10.0.0.2", "10.0.0.2:5353", "2001:db8::2" or "[::1]:5353".
Spelling<SocketAddress> name_server() {
  return {[](std::string_view text) -> Parsed<SocketAddress> {
            auto address = SocketAddress::parse(text);
            if (!address) address = SocketAddress::parse(fmt::format("{}:{}", text, dns_port));
            if (!address) address = SocketAddress::parse(fmt::format("[{}]:{}", text, dns_port));
            if (!address || address->is_unix() || address->port() == 0 || text.find('%') != text.npos)
              return ParseError{"is no address of a name server"};
            return *address;
          },
          [](const SocketAddress& address) { return yaml_scalar(address.to_string()); },
          {R"(an address with or without a port, such as 10.0.0.2 or "[::1]:5353")",
           {},
           "",
           {text_schema("^[0-9A-Fa-f:.]+$|^[[][0-9A-Fa-f:.]+[]]:[0-9]+$")}}};
}

Key<Config> name_servers_key() {
  return list(
      "servers", &Config::name_servers, name_server(), restart,
      "Name servers to ask instead of those in /etc/resolv.conf, in this order, with ports unless they "
      "are 53; *[]*: those.",
      "The hosts file and the search domains of resolv.conf count all the same. A truncated answer is "
      "asked for again by TCP.");
}

struct StatePath {
  std::string path;
  bool operator==(const StatePath&) const = default;
};

Field<ControlConfig, StatePath> state_file() {
  return {[](const ControlConfig& control) { return StatePath{control.state_file}; },
          [](ControlConfig& control, StatePath file) { control.state_file = std::move(file.path); }};
}

Spelling<StatePath> file_or_off() {
  const Spelling<StatePath> file{
      [](std::string_view text) -> Parsed<StatePath> {
        if (!text.starts_with('/') || text.ends_with('/')) return ParseError{"is no absolute path of a file"};
        return StatePath{std::string(text)};
      },
      [](const StatePath& state) { return yaml_scalar(state.path); },
      {"a path such as /var/lib/duplexd/state.json", {}, "", {text_schema("^/.*[^/]$")}}};
  return word_or<StatePath>("off", {}, file);
}

Keys<ControlConfig> control_keys() {
  return {
      value("socket", control_socket(), socket_path_or_word(), restart,
            "Path of the Unix socket where duplexctl(1) reaches the process, or *off*; *auto*: "
            "_control.sock_ in the _RuntimeDirectory=_ of the unit, *off* where there is none.",
            "The path is absolute. Who may connect may reload and stop duplexd."),
      in(&ControlConfig::permissions, unix_mode_key(restart)),
      in(&ControlConfig::permissions, unix_group_key(restart)),
      value("state_file", state_file(), file_or_off(), restart,
            "Absolute path of the file that keeps over a restart what *duplexctl endpoint* was told: who is "
            "drained or disabled, and weights; *off*: it is forgotten.",
            "It also keeps the last lists of *etcd* and *consul*, which count until they answer. duplexd "
            "writes it anew and renames it, so it has to be allowed to write in the directory. "
            "Packages set it."),
  };
}

}  // namespace

Keys<Config> process_keys() {
  return {
      value("workers", &Config::workers, word_or("auto", 0u, number(1u, 256u)), restart,
            "Threads that serve clients, each with its own listening sockets and sessions; *auto*: one per "
            "CPU that duplexd may run on.",
            "Lower it to leave CPUs to other services of the host."),
      value("exit_when_idle", &Config::exit_when_idle, duration_or_off(), live,
            "With socket activation the process ends with 0 when it has had no session for so long; systemd "
            "starts it again for the next client.",
            "Every *bind* has to be a socket of systemd's (_systemd:NAME_), or nobody would start it. Who is "
            "connected to the control socket or to the admin listener keeps it, and *duplexctl pause* does. "
            "What is counted begins anew."),
      section("log", &Config::log, "What is logged, and how.", log_keys()),
      section("control", &Config::control,
              "Where duplexctl(1) asks the running process what it does, and tells it to reload.",
              control_keys()),
      section("admin", &Config::admin, "Where programs read what the running process does.", admin_keys()),
      section<Config>(
          "limits", "Limits of the process.",
          {value(
              "sessions", &Config::max_sessions, session_limit("auto"), live,
              "Sessions at once in the whole process, for further clients see *when_full*; *auto*: as many "
              "as the limit of file descriptors allows, of which a session takes two.",
              "That limit is the setting to change (_LimitNOFILE=_ of the service); *duplexd --check* "
              "prints the result.")}),
      section<Config>(
          "resolve", "How host names become addresses, for all upstreams together.",
          {name_servers_key(),
           value("start_timeout", &Config::resolve_start_timeout, duration(1s, 10min), live,
                 "Time that all required names together may take to resolve, at start and at a reload; then "
                 "the start or the reload fails.",
                 "Required are the names of upstreams with *resolve.at_start: required*.")}),
  };
}

Keys<Config> process_keys_in_defaults() {
  return {section<Config>(
      "timeouts", "",
      {value(
           "drain", &Config::drain, duration_or_off(), live,
           "After SIGTERM, sessions may go on for so long before they are ended; the service manager has to "
           "wait longer (_TimeoutStopSec=_).",
           "The clients who wait already are the last ones. *off*: sessions are ended at once. It is one "
           "for the process and stands in *defaults* only."),
       value("restart", &Config::restart, duration_or_off(), live,
             "When the service manager restarts duplexd, its sessions go on in the next process; those that "
             "cannot may go on for so long before they are ended.",
             "It too stands in *defaults* only."),
       value("close_spread", &Config::close_spread, duration_or_off(), live,
             "Sessions that a reload ends (*on_removed*) are ended at random moments within so long, so "
             "that their clients do not return all at once; *off*: at once.",
             "It too stands in *defaults* only.")})};
}

}  // namespace duplexd
