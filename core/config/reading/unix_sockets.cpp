// The sections about Unix sockets: file, mode and owner.
#include "core/config/reading/sections.hpp"

#include <limits>
#include <optional>
#include <utility>

namespace duplexd {
namespace {

/// A name of the system's database, or a number.
template <class Id>
Spelling<std::optional<Id>> account(const std::function<std::optional<Id>(const std::string&)>& find,
                                    std::string_view kind) {
  Spelling<std::optional<Id>> spelling{
      [find](std::string_view text) -> Parsed<std::optional<Id>> {
        // chown(2) takes the highest id for "no change".
        if (const auto id = number<Id>(0, std::numeric_limits<Id>::max() - 1).parse(text))
          return std::optional(*id);
        if (const auto id = find(std::string(text))) return id;
        return ParseError{"is not known on this host"};
      },
      [](const std::optional<Id>& id) { return fmt::format("{}", id.value_or(0)); },
      fmt::format("the name or number of a {}", kind),
      {}};
  return word_or<std::optional<Id>>("auto", std::nullopt, std::move(spelling));
}

void read_mode(MapReader& map, UnixSocketPermissions& config) {
  static const auto mode = file_mode();
  map.value("mode", config.mode, mode);
}

void read_group(MapReader& map, UnixSocketPermissions& config) {
  map.value("group", config.group, account<gid_t>(map.reading().system.group, "group"));
}

struct ControlSocket {
  ControlConfig::Socket kind;
  std::string path;
  bool operator==(const ControlSocket&) const = default;
};

/// A path for bind(2), without the "unix:" of a listener.
Spelling<ControlSocket> socket_path() {
  return {[](std::string_view text) -> Parsed<ControlSocket> {
            if (!text.starts_with('/')) return ParseError{"is no absolute path"};
            const auto address = SocketAddress::parse(fmt::format("unix:{}", text));
            if (!address) return ParseError{"is too long for a Unix socket"};
            return ControlSocket{ControlConfig::Socket::path, std::string(text)};
          },
          [](const ControlSocket& socket) { return yaml_scalar(socket.path); },
          "a path such as /run/duplexd/control.sock",
          {}};
}

Spelling<ControlSocket> control_socket() {
  using Kind = ControlConfig::Socket;
  const auto path_or_off = word_or<ControlSocket>("off", {Kind::off, ""}, socket_path());
  return word_or<ControlSocket>("auto", {Kind::automatic, ""}, path_or_off);
}

}  // namespace

void read_unix(MapReader& unix_socket, UnixSocketPermissions& config) {
  read_mode(unix_socket, config);
  unix_socket.value("owner", config.owner, account<uid_t>(unix_socket.reading().system.user, "user"));
  read_group(unix_socket, config);
}

void read_control(MapReader& control, ControlConfig& config) {
  ControlSocket socket{config.socket, config.path};
  control.value("socket", socket, control_socket());
  config.socket = socket.kind;
  config.path = std::move(socket.path);
  read_mode(control, config.permissions);
  read_group(control, config.permissions);
}

}  // namespace duplexd
