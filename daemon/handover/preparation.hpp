#pragma once

#include "core/handover/channel.hpp"
#include "core/names/name_state.hpp"
#include "core/reload/sockets/listening.hpp"
#include "daemon/control/state_json.hpp"

#include <boost/json/object.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace duplexd {

/// What a process is told by the one before it, before it says that it is ready to take its sessions.
struct Preparation {
  InheritedSockets sockets{};        ///< by the names that a SocketStore gives them
  FileDescriptor control_socket{};   ///< none: there is no control socket
  InheritedSockets admin_sockets{};  ///< of the admin listener, by the names that that gives them
  KeptState kept{};                  ///< what a process keeps for the next one
  bool paused = false;               ///< the operator has paused it
  NameRecords names{};               ///< what they stand for; earlier releases do not say
};

/// A socket to be sent, by its name.
struct NamedSocket {
  std::string name;
  int socket = -1;
};

/// The name of the control socket, and how those of the admin listener begin.
inline constexpr const char* control_socket_name = "control";
inline constexpr std::string_view admin_socket_prefix = "admin ";

namespace handover {
inline constexpr const char* sockets = "sockets";  ///< to the successor: as many as one message has
inline constexpr const char* prepare = "prepare";  ///< to the successor: all else; it prepares itself
inline constexpr const char* ready = "ready";      ///< to the predecessor: it understands, and can serve
}  // namespace handover

/// Sends all that a Preparation is made of: sockets, then the rest; `state` is a state_text(). errno of what
/// went wrong; 0: nothing.
int send_preparation(HandoverChannel& channel, const std::vector<NamedSocket>& sockets,
                     const std::string& state, bool paused, const NameRecords& names = {});

/// Receives it. Throws std::exception if it does not come, or cannot be understood.
Preparation receive_preparation(int channel);

}  // namespace duplexd
