#include "core/listening.hpp"

#include "core/net/listen_socket.hpp"
#include "core/net/stream.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace duplexd {

namespace {

[[noreturn]] void refuse(int error, const std::string& what) {
  const bool permission = error == EACCES || error == EPERM;
  throw StartError(permission ? StartError::Kind::permission : StartError::Kind::system, what);
}

ListeningSockets or_refuse(OpenResult<ListeningSockets> opened) {
  if (!opened) refuse(opened.error().error, opened.error().what);
  return std::move(*opened);
}

std::vector<ListeningSockets> adopt(const ListenerConfig& config, const BindAddress& bind, unsigned workers,
                                    InheritedSockets& inherited) {
  std::vector<ListeningSockets> adopted;
  while (auto passed = inherited.extract(bind.name)) {
    adopted.push_back(or_refuse(adopt_listeners(std::move(passed.mapped()), workers)));
  }
  if (adopted.empty()) {
    throw StartError(StartError::Kind::config,
                     fmt::format("listener {}: no socket named {} was passed to the process (LISTEN_FDNAMES)",
                                 config.name, bind.name));
  }
  return adopted;
}

std::vector<ListeningSockets> open(const ListenerConfig& config, const BindAddress& bind, unsigned workers,
                                   InheritedSockets& inherited) {
  if (bind.kind == BindAddress::Kind::inherited) return adopt(config, bind, workers, inherited);
  const ListenOptions options{.backlog = config.backlog, .unix_socket = config.unix_socket};
  std::vector<ListeningSockets> opened;
  opened.push_back(or_refuse(open_listeners(bind, options, workers)));
  return opened;
}

void set_client_options(const ListenerConfig& config, const ListeningSockets& opened, int family) {
  for (const FileDescriptor& socket : opened.sockets) {
    const int error = apply(config.client, socket.get(), family);
    if (error == 0) continue;
    refuse(error, fmt::format("listener {}: cannot set the options of its clients: {}", config.name,
                              std::strerror(error)));
  }
}

}  // namespace

ListenerSockets open_sockets(const ListenerConfig& config, unsigned workers, InheritedSockets& inherited) {
  ListenerSockets all;
  all.per_worker.resize(workers);
  for (const BindAddress& bind : config.bind) {
    for (ListeningSockets& opened : open(config, bind, workers, inherited)) {
      const SocketAddress address = local_address(opened.sockets.front().get());
      set_client_options(config, opened, address.family());
      all.addresses.push_back({config.name, address});
      for (unsigned i = 0; i < workers; ++i) all.per_worker[i].push_back(std::move(opened.sockets[i]));
      all.files.push_back(std::move(opened.file));
    }
  }
  return all;
}

}  // namespace duplexd
