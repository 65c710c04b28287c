#include "core/reload/listening.hpp"

#include <fmt/format.h>

#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace duplexd {

namespace {

int configure(const ListenerConfig& config, const OpenAddress& open) {
  const int family = open.address.family();
  if (!open.opened.file.path().empty()) {
    if (const int error = open.opened.file.set(config.unix_socket)) return error;
  }
  for (const FileDescriptor& socket : open.opened.sockets) {
    if (const int error = reapply(config.client, socket.get(), family)) return error;
    if (open.bind.kind != BindAddress::Kind::inherited && ::listen(socket.get(), config.backlog) != 0)
      return errno;
  }
  return 0;
}

}  // namespace

StartFailure system_failure(int error, std::string what) {
  const bool permission = error == EACCES || error == EPERM;
  return {permission ? StartFailure::Kind::permission : StartFailure::Kind::system, std::move(what)};
}

bool is_stale(const OpenAddress& address) noexcept {
  const UnixSocketFile& file = address.opened.file;
  return !file.path().empty() && !file.is_at_its_path();
}

std::vector<std::string> stale_addresses(const Config& config, const OpenAddresses& addresses) {
  std::vector<std::string> stale;
  for (std::size_t i = 0; i < addresses.size(); ++i) {
    for (const auto& open : addresses[i]) {
      if (is_stale(*open))
        stale.push_back(fmt::format("listener {}: {}: its file is gone", config.listeners[i].name,
                                    open->address.to_string()));
    }
  }
  return stale;
}

StartResult<void> configure_addresses(const Config& config, const OpenAddresses& addresses) {
  for (std::size_t i = 0; i < addresses.size(); ++i) {
    const ListenerConfig& listener = config.listeners[i];
    for (const auto& address : addresses[i]) {
      const int error = configure(listener, *address);
      if (error == 0) continue;
      return system_failure(error, fmt::format("listener {}: cannot set the options of {}: {}", listener.name,
                                               address->address.to_string(), std::strerror(error)));
    }
  }
  return {};
}

}  // namespace duplexd
