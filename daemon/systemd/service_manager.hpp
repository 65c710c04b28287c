#pragma once

#include "core/net/address/address.hpp"
#include "daemon/systemd/unix_datagram.hpp"

#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace duplexd {

/// Sends the state of the process to the service manager, as sd_notify(3) does, but without its unlimited
/// wait for a busy service manager. On the control thread. False: the message was not sent, or there is no
/// service manager.
class ServiceManager {
 public:
  /// `notify_socket` is $NOTIFY_SOCKET; none: there is no service manager.
  explicit ServiceManager(std::optional<std::string> notify_socket,
                          std::chrono::milliseconds patience = std::chrono::seconds(5));

  bool is_there() const noexcept { return socket_.has_value(); }

  // These wait for a busy service manager, at most `patience` for each message.
  bool ready(std::string_view status);  ///< also after a reload, applied or not
  bool reloading();
  bool stopping();
  /// Sends copies of the descriptors, which the next process receives under `name` (store_name()). The store
  /// keeps them over a restart or a crash, until remove() or a stop, and never stores one twice.
  /// FileDescriptorStoreMax= limits their number. False: not all of them were sent.
  bool store(std::string_view name, std::span<const int> fds);
  bool remove(std::string_view name);

  // These do not wait, because they are repeated soon.
  bool status(std::string_view text);  ///< one line for `systemctl status`
  bool watchdog();

 private:
  bool send(std::string_view state, std::chrono::milliseconds wait, std::span<const int> fds = {});

  std::optional<UnixDatagram> socket_;
  const std::chrono::milliseconds patience_;
};

/// The beginning of every store_name().
inline constexpr std::string_view store_prefix = "listen-";

/// The name of a stored listening socket: a short text that differs for different addresses, and that
/// FDNAME= takes (printable ASCII without ':', 255 bytes).
std::string store_name(const SocketAddress& address);

}  // namespace duplexd
