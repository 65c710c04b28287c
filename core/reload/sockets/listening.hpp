#pragma once

#include "core/config/config.hpp"
#include "core/net/socket/file_descriptor.hpp"
#include "core/net/socket/listen_socket.hpp"

#include <boost/system/result.hpp>

#include <cstdint>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace duplexd {

/// Why a configuration cannot be served. Every socket that was opened for it is closed again, so nothing has
/// changed.
struct StartFailure {
  enum class Kind : std::uint8_t {
    system,  ///< the operating system refused: address in use, too few descriptors, a name without address
    permission,  ///< EACCES or EPERM
    config,      ///< the configuration names a missing thing, such as an inherited socket
  };
  Kind kind{};
  std::string what;
  /// The path of the key that caused it, or its beginning: "listeners.web.bind". "": no key did.
  std::string path{};
};
/// The failure of a system call with this errno.
StartFailure system_failure(int error, std::string what);

template <class T>
using StartResult = boost::system::result<T, StartFailure>;

/// A StartFailure before the first accept, as an exception.
class StartError : public std::runtime_error {
 public:
  using Kind = StartFailure::Kind;
  explicit StartError(const StartFailure& failure) : std::runtime_error(failure.what), kind(failure.kind) {}
  Kind kind;
  std::shared_ptr<const void> names;  ///< keeps the names of earlier reports alive
};

/// Descriptors of listening sockets that were passed to the process, by name. A bind "systemd:NAME" copies
/// those with the name; any other bind copies those of its address, which an earlier duplexd left.
using InheritedSockets = std::multimap<std::string, FileDescriptor>;

/// The sockets of one address. The control thread opens and closes them; workers only watch them.
struct OpenAddress {
  BindAddress bind;              ///< as configured
  SocketAddress address;         ///< with the port that the kernel chose
  ListeningSockets opened;       ///< one per worker, or more: the i-th belongs to worker i % workers
  NetworkOptions made_by{};      ///< what its sockets keep from their beginning: the interface and MPTCP
  unsigned interface = 0;        ///< the index that its interface had then; 0: any
  NetworkOptions passed_with{};  ///< of sockets that were passed by name: what their creator gave them
};

/// Every address of a configuration, a row per listener in the order of the configuration. Two snapshots
/// share the addresses that both have.
using OpenAddresses = std::vector<std::vector<std::shared_ptr<OpenAddress>>>;

/// Opens the addresses of `config` that `current` does not have. Clients wait in the backlog until a worker
/// accepts. Addresses may overlap, such as 0.0.0.0:80 and 127.0.0.1:80: the kernel gives clients to the
/// narrower one. Whatever can be opened when the process starts can be opened beside any `current`. An
/// address that overlaps one of another process is refused.
StartResult<OpenAddresses> open_addresses(const Config& config, unsigned workers,
                                          const OpenAddresses& current, const InheritedSockets& inherited);

/// Whether clients cannot reach an open address any more because the host has changed: the file of its Unix
/// socket is gone, or another one has its path. open_addresses() opens it anew, and keeps it where that
/// fails. Costs a system call for a Unix socket.
bool is_stale(const OpenAddress& address) noexcept;

/// Why, for each that is stale, such as "listener web: unix:/run/x.sock: its file is gone".
std::vector<std::string> stale_addresses(const Config& config, const OpenAddresses& addresses);

/// Sets what `config` says about open sockets: the backlog, the file's mode and owner, and the options for
/// clients, which TCP clients inherit (tcp(7)) at no cost per client. A file that is not at its path is left
/// alone. May be repeated for another configuration of the same addresses.
StartResult<void> configure_addresses(const Config& config, const OpenAddresses& addresses);

/// Clients of TCP are refused, or let into the backlog again; those of Unix sockets wait in it all the time.
/// Another process that binds one of the addresses meanwhile is refused.
void refuse_clients(const OpenAddresses& addresses) noexcept;
void welcome_clients(const Config& config, const OpenAddresses& addresses) noexcept;

/// Nobody comes to the sockets any more, also where other processes have copies; those that were passed by
/// name stay. Before the addresses close.
void end_sockets(const OpenAddresses& addresses) noexcept;

/// Before the addresses close: has sockets that were passed by name listen again. The service manager, which
/// has them too, takes one that was shut down for broken and does not pass it again (systemd.socket(5)).
void give_back(const Config& config, const OpenAddresses& addresses) noexcept;

}  // namespace duplexd
