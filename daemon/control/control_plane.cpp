#include "daemon/control/control_plane.hpp"

#include "core/reload/sockets/listening.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace duplexd {
namespace {

constexpr int backlog = 128;

ListeningSockets open_socket(const std::string& path, const UnixSocketPermissions& permissions) {
  const auto address = SocketAddress::parse("unix:" + path);
  if (!address) {
    throw StartError({StartFailure::Kind::config,
                      fmt::format("control.socket: {} {}", path, address.error().what), "control.socket"});
  }
  auto opened = open_listeners({BindAddress::Kind::address, *address, {}},
                               {.backlog = backlog, .unix_socket = permissions}, 1);
  if (opened) return std::move(*opened);
  throw StartError(
      system_failure(opened.error().error, fmt::format("control.socket: {}", opened.error().what)));
}

ListeningSockets adopted(const std::string& path, FileDescriptor socket) {
  ListeningSockets all;
  all.sockets.push_back(std::move(socket));
  if (!path.starts_with('@')) all.file = UnixSocketFile(path);
  return all;
}

ControlResponse error(unsigned status, std::string_view sentence) {
  return {status, fmt::format(R"({{"error":"{}"}})", sentence)};
}

}  // namespace

ControlPlane::ControlPlane(boost::asio::io_context& control, const std::string& path,
                           const UnixSocketPermissions& permissions, std::vector<ControlCommand> commands,
                           OnRequest on_request)
    : ControlPlane(control, open_socket(path, permissions), std::move(commands), std::move(on_request)) {}

ControlPlane::ControlPlane(boost::asio::io_context& control, const std::string& path, FileDescriptor socket,
                           std::vector<ControlCommand> commands, OnRequest on_request)
    : ControlPlane(control, adopted(path, std::move(socket)), std::move(commands), std::move(on_request)) {}

ControlPlane::ControlPlane(boost::asio::io_context& control, ListeningSockets opened,
                           std::vector<ControlCommand> commands, OnRequest on_request)
    : commands_(std::move(commands)),
      on_request_(std::move(on_request)),
      socket_(opened.sockets.front().get()),
      server_(control, std::move(opened.sockets.front()),
              [this](const ControlRequest& request, const ControlServer::Respond& respond) {
                answer(request, respond);
              }),
      file_(std::move(opened.file)) {}

void ControlPlane::answer(const ControlRequest& request, const ControlServer::Respond& respond) const {
  const std::string_view target = std::string_view(request.target).substr(0, request.target.find('?'));
  const auto command = std::ranges::find(commands_, target, &ControlCommand::target);
  if (command == commands_.end()) return respond(error(404, "there is nothing of this name"));
  const bool reads = command->method == "GET" && request.method == "HEAD";
  if (request.method != command->method && !reads) {
    ControlResponse response = error(405, "another method is needed");
    response.allow = command->method == "GET" ? "GET, HEAD" : command->method;
    return respond(response);
  }
  if (!reads && command->method != "GET") on_request_(request);
  command->run(request, respond);
}

}  // namespace duplexd
