#pragma once

#include "core/config/config.hpp"
#include "core/control/control_server.hpp"
#include "core/net/socket/listen_socket.hpp"

#include <boost/asio/io_context.hpp>

#include <functional>
#include <string>
#include <string_view>

namespace duplexd {

/// What duplexctl can ask for. Each takes a function that is called once, then or later.
struct ControlCommand {
  std::string_view method;  ///< "POST": it changes something, and is logged
  std::string_view target;  ///< "/v1/reload"
  std::function<void(ControlServer::Respond)> run;
};

/// The control socket and who is behind which path. On the control thread.
class ControlPlane {
 public:
  using OnRequest = std::function<void(const ControlRequest&)>;

  /// Opens the socket at `path`, or throws StartError. `on_request` is told of requests that change
  /// something.
  ControlPlane(boost::asio::io_context& control, const std::string& path,
               const UnixSocketPermissions& permissions, std::vector<ControlCommand> commands,
               OnRequest on_request);

 private:
  ControlPlane(boost::asio::io_context& control, ListeningSockets opened,
               std::vector<ControlCommand> commands, OnRequest on_request);
  void answer(const ControlRequest& request, const ControlServer::Respond& respond) const;

  const std::vector<ControlCommand> commands_;
  const OnRequest on_request_;
  ControlServer server_;
  UnixSocketFile file_;  // goes before the server closes the socket
};

}  // namespace duplexd
