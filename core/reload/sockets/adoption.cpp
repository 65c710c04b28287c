#include "core/reload/sockets/adoption.hpp"

#include "core/net/socket/diag/listening_table.hpp"
#include "core/net/socket/stream.hpp"

#include <fmt/format.h>

#include <fcntl.h>
#include <sys/stat.h>

#include <utility>

namespace duplexd {

namespace {

FileDescriptor copy_of(const FileDescriptor& descriptor) {
  return FileDescriptor(::fcntl(descriptor.get(), F_DUPFD_CLOEXEC, 0));
}

bool is_at_its_path(const SocketAddress& address) {
  struct stat status {};
  return address.is_abstract() ||
         (::lstat(address.unix_path().data(), &status) == 0 && S_ISSOCK(status.st_mode));
}

bool is_bound_to(int socket, const BindAddress& bind) {
  const Claim claim = claim_of(socket);
  const bool dual_stack = bind.kind == BindAddress::Kind::dual_stack;
  if (dual_stack && claim.address == SocketAddress::any(AF_INET, bind.address.port()))
    return true;  // no IPv6 here
  if (claim.address != bind.address || claim.dual_stack != dual_stack) return false;
  return !bind.address.is_unix() || is_at_its_path(bind.address);
}

bool is_made_for(const ListenerConfig& listener, int socket) {
  return local_address(socket).is_unix() || is_made_by(listener.client.network, socket);
}

}  // namespace

StartResult<std::vector<std::shared_ptr<OpenAddress>>> adopt_by_name(const ListenerConfig& listener,
                                                                     const BindAddress& bind,
                                                                     unsigned workers,
                                                                     const InheritedSockets& inherited) {
  std::vector<std::shared_ptr<OpenAddress>> all;
  const auto [begin, end] = inherited.equal_range(bind.name);
  for (auto passed = begin; passed != end; ++passed) {
    auto adopted = adopt_listeners(copy_of(passed->second), listener.backlog, workers);
    if (!adopted) return system_failure(adopted.error().error, std::move(adopted.error().what));
    const SocketAddress address = local_address(adopted->sockets.front().get());
    const NetworkOptions passed_with = network_options_of(adopted->sockets.front().get(), address.family());
    all.push_back(std::make_shared<OpenAddress>(
        OpenAddress{bind, address, *std::move(adopted), listener.client.network, 0, passed_with}));
  }
  if (!all.empty()) return all;
  return StartFailure{
      StartFailure::Kind::config,
      fmt::format("listener {}: no socket named {} was passed to the process (LISTEN_FDNAMES)", listener.name,
                  bind.name)};
}

ListeningSockets adopt_by_address(const ListenerConfig& listener, const BindAddress& bind,
                                  const InheritedSockets& inherited) {
  ListeningSockets all;
  for (const auto& [name, socket] : inherited) {
    if (!is_bound_to(socket.get(), bind) || !is_made_for(listener, socket.get())) continue;
    auto adopted = adopt_listeners(copy_of(socket), listener.backlog, 1);
    if (adopted) all.sockets.push_back(std::move(adopted->sockets.front()));
  }
  return all;
}

}  // namespace duplexd
