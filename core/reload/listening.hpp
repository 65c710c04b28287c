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

/// Why a configuration cannot be served. Nothing has changed, and every socket that was opened for it is
/// closed again.
struct StartFailure {
  enum class Kind : std::uint8_t {
    system,  ///< the operating system refused: address in use, too few descriptors, a name without address
    permission,  ///< EACCES or EPERM
    config,      ///< the configuration asks for what is not there, such as an inherited socket
  };
  Kind kind{};
  std::string what;
  std::string
      path{};  ///< of the key that asked for it, or the beginning of it: "listeners.web.bind"; "": of none
};
/// That of a system call with this errno.
StartFailure system_failure(int error, std::string what);

template <class T>
using StartResult = boost::system::result<T, StartFailure>;

/// The same before the first accept, where there is nobody to return it to.
class StartError : public std::runtime_error {
 public:
  using Kind = StartFailure::Kind;
  explicit StartError(const StartFailure& failure) : std::runtime_error(failure.what), kind(failure.kind) {}
  Kind kind;
  std::shared_ptr<const void> names;  ///< those in what was reported before, for as long as this lives
};

/// Listening descriptors that were passed to the process, by name. A bind "systemd:NAME" takes those of the
/// name; any other bind takes those that listen on its address, such as an earlier process of ours has left.
using InheritedSockets = std::multimap<std::string, FileDescriptor>;

/// The sockets of one address, opened and closed on the control thread. Workers watch them meanwhile.
struct OpenAddress {
  BindAddress bind;         ///< as configured
  SocketAddress address;    ///< with the port that the kernel chose
  ListeningSockets opened;  ///< one per worker, or more: the i-th belongs to worker i % workers
};

/// Every address of a configuration: a row per listener, in its order. What two snapshots have in common they
/// share.
using OpenAddresses = std::vector<std::vector<std::shared_ptr<OpenAddress>>>;

/// Opens what `config` listens on and `current` does not have. Sockets that it uses are taken out of
/// `inherited`. Clients that come wait in the backlog until somebody accepts. An address that only `current`
/// keeps from being bound, and that `config` has no more, is no obstacle.
StartResult<OpenAddresses> open_addresses(const Config& config, unsigned workers,
                                          const OpenAddresses& current, InheritedSockets& inherited);

/// Sets what `config` says about open sockets: the backlog, the file's mode and owner, and the options for
/// clients, which those of TCP inherit (tcp(7)) at no cost per client. May be called again for another
/// configuration of the same addresses.
StartResult<void> configure_addresses(const Config& config, const OpenAddresses& addresses);

}  // namespace duplexd
