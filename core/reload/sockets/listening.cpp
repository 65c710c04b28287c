#include "core/reload/sockets/listening.hpp"

#include "core/net/socket/options/refused_options.hpp"
#include "core/net/socket/socket_calls.hpp"
#include "core/net/socket/stream.hpp"
#include "core/net/transparency/transparency.hpp"

#include <fmt/format.h>

#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <string_view>
#include <utility>

namespace duplexd {

namespace {

bool is_inherited(const OpenAddress& open) { return open.bind.kind == BindAddress::Kind::inherited; }

/// "": it is not.
std::string_view why_stale(const OpenAddress& open) noexcept {
  const UnixSocketFile& file = open.opened.file;
  if (!file.path().empty() && !file.is_at_its_path()) return "its file is gone";
  if (open.bind.address.with_todays_interface() != open.bind.address) return "its interface was made again";
  const unsigned today = index_of(open.made_by.interface);
  if (today != 0 && today != open.interface) return "its interface was made again";
  return "";
}

// Connections that have ended lately do not hinder it (SO_REUSEADDR, socket(7)).
int listen_again(int socket, int backlog) {
  const int on = 1;
  (void)::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  return ::listen(socket, backlog) == 0 ? 0 : errno;
}

// A listening TCP socket that is shut down stays bound, and listen(2) wakes it up; one of Unix would not
// wake. To shut it down twice, by a copy of the descriptor or in another call, would mark it: every client
// that it accepts later would inherit that its stream has ended. Without SO_REUSEADDR nobody else may bind
// its address.
void refuse_clients_of(int socket) {
  if (get_option(socket, SOL_SOCKET, SO_ACCEPTCONN) != 1) return;
  const int off = 0;
  const SocketAddress address = local_address(socket);
  ::shutdown(socket, SHUT_RD);
  (void)::bind(socket, address.data(), address.size());  // it has lost a port that the kernel chose
  (void)::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &off, sizeof off);
}

template <class Visit>
void for_each_tcp(const OpenAddresses& addresses, Visit visit) {
  for (std::size_t i = 0; i < addresses.size(); ++i) {
    for (const auto& open : addresses[i]) {
      if (open->address.is_unix()) continue;
      for (const FileDescriptor& socket : open->opened.sockets) visit(*open, socket.get(), i);
    }
  }
}

// What a socket unit says of its sockets is left to it.
int configure_network(const ListenerConfig& config, const OpenAddress& open, const NetworkOptions& usual,
                      int socket) {
  if (open.address.is_unix()) return 0;
  const NetworkOptions& others = is_inherited(open) ? open.passed_with : usual;
  return reapply_network(config.client.network, others, socket, open.address.family());
}

// A unit of the service manager may have made its sockets so.
int configure_transparency(const ListenerConfig& config, const OpenAddress& open, int socket) {
  if (open.address.is_unix() || (is_inherited(open) && !config.transparent)) return 0;
  return set_transparent(socket, open.address.family(), config.transparent);
}

int configure(const ListenerConfig& config, const OpenAddress& open, const NetworkOptions& usual) {
  const int family = open.address.family();
  if (!open.opened.file.path().empty()) {
    if (const int error = open.opened.file.set(config.unix_socket)) return error;
  }
  for (const FileDescriptor& socket : open.opened.sockets) {
    if (const int error = reapply(config.client, socket.get(), family)) return error;
    if (const int error = configure_network(config, open, usual, socket.get())) return error;
    if (const int error = configure_transparency(config, open, socket.get())) return error;
    if (is_inherited(open)) continue;
    if (const int error = listen_again(socket.get(), config.backlog)) return error;
  }
  return 0;
}

}  // namespace

StartFailure system_failure(int error, std::string what) {
  const bool permission = error == EACCES || error == EPERM;
  return {permission ? StartFailure::Kind::permission : StartFailure::Kind::system, std::move(what)};
}

bool is_stale(const OpenAddress& address) noexcept { return !why_stale(address).empty(); }

std::vector<std::string> stale_addresses(const Config& config, const OpenAddresses& addresses) {
  std::vector<std::string> stale;
  for (std::size_t i = 0; i < addresses.size(); ++i) {
    for (const auto& open : addresses[i]) {
      const std::string_view why = why_stale(*open);
      if (!why.empty())
        stale.push_back(
            fmt::format("listener {}: {}: {}", config.listeners[i].name, open->address.to_string(), why));
    }
  }
  return stale;
}

StartResult<void> configure_addresses(const Config& config, const OpenAddresses& addresses) {
  const NetworkOptions usual = usual_network_options();
  for (std::size_t i = 0; i < addresses.size(); ++i) {
    const ListenerConfig& listener = config.listeners[i];
    for (const auto& address : addresses[i]) {
      const int error = configure(listener, *address, usual);
      if (error == 0) continue;
      return system_failure(error,
                            fmt::format("listener {}: cannot set the options of {}: {}{}", listener.name,
                                        address->address.to_string(), std::strerror(error),
                                        refusal_hint(listener.client.network, address->address.family())));
    }
  }
  return {};
}

void refuse_clients(const OpenAddresses& addresses) noexcept {
  for_each_tcp(addresses, [](const OpenAddress&, int socket, std::size_t) { refuse_clients_of(socket); });
}

void welcome_clients(const Config& config, const OpenAddresses& addresses) noexcept {
  for_each_tcp(addresses, [&](const OpenAddress&, int socket, std::size_t listener) {
    (void)listen_again(socket, config.listeners[listener].backlog);
  });
}

void end_sockets(const OpenAddresses& addresses) noexcept {
  for (const auto& listener : addresses) {
    for (const auto& open : listener) {
      if (is_inherited(*open)) continue;
      for (const FileDescriptor& socket : open->opened.sockets) ::shutdown(socket.get(), SHUT_RDWR);
    }
  }
}

void give_back(const Config& config, const OpenAddresses& addresses) noexcept {
  for_each_tcp(addresses, [&](const OpenAddress& open, int socket, std::size_t listener) {
    if (is_inherited(open) && get_option(socket, SOL_SOCKET, SO_ACCEPTCONN) != 1)
      (void)listen_again(socket, config.listeners[listener].backlog);
  });
}

}  // namespace duplexd
