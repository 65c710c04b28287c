#pragma once

#include "core/config/config.hpp"
#include "core/control/control_server.hpp"
#include "core/net/socket/listen_socket.hpp"

#include <boost/asio/io_context.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace duplexd {

/// A command of duplexctl. `run` calls its last argument once, before it returns or later.
struct ControlCommand {
  std::string_view method;  ///< "POST": it changes the process, and is logged
  std::string_view target;  ///< "/v1/reload"
  std::function<void(const ControlRequest&, ControlServer::Respond)> run;
};

/// The control socket with the command of each path. On the control thread.
class ControlPlane {
 public:
  using OnRequest = std::function<void(const ControlRequest&)>;

  /// Opens the socket at `path`, or throws StartError. Calls `on_request` for each request that changes the
  /// process.
  ControlPlane(boost::asio::io_context& control, const std::string& path,
               const UnixSocketPermissions& permissions, std::vector<ControlCommand> commands,
               OnRequest on_request);

  /// Takes over a socket that another process opened at `path`.
  ControlPlane(boost::asio::io_context& control, const std::string& path, FileDescriptor socket,
               std::vector<ControlCommand> commands, OnRequest on_request);

  std::size_t clients() const noexcept { return server_.stats().clients; }
  std::uint64_t requests() const noexcept { return server_.stats().requests; }
  int socket() const noexcept { return socket_; }
  /// Another process has the socket: its file stays, and further clients are that one's.
  void leave_socket() noexcept {
    file_.forget();
    server_.stop_listening();
  }

 private:
  ControlPlane(boost::asio::io_context& control, ListeningSockets opened,
               std::vector<ControlCommand> commands, OnRequest on_request);
  void answer(const ControlRequest& request, const ControlServer::Respond& respond) const;

  const std::vector<ControlCommand> commands_;
  const OnRequest on_request_;
  const int socket_;  // belongs to the server
  ControlServer server_;
  UnixSocketFile file_;  // destroyed before the server closes the socket
};

}  // namespace duplexd
