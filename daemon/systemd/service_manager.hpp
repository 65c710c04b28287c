#pragma once

#include "core/net/address/address.hpp"
#include "daemon/systemd/unix_datagram.hpp"

#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace duplexd {

/// Tells the service manager how the process is, as sd_notify(3) does, in own code because that one waits for
/// a busy service manager without a limit. On the control thread. False: it was not sent; without a service
/// manager nothing ever is.
class ServiceManager {
 public:
  /// `notify_socket` is $NOTIFY_SOCKET; none: there is no service manager.
  explicit ServiceManager(std::optional<std::string> notify_socket,
                          std::chrono::milliseconds patience = std::chrono::seconds(5));

  bool is_there() const noexcept { return socket_.has_value(); }

  // These wait for a busy service manager, `patience` at most for each message.
  bool ready(std::string_view status);  ///< also when a reload is over, applied or not
  bool reloading();
  bool stopping();
  /// Hands copies of the descriptors over, to be passed to the next process under `name` (store_name()). They
  /// stay after a restart or a crash, until remove() or a stop. FileDescriptorStoreMax= limits how many. One
  /// that is there already is not stored twice. False: not all of them went.
  bool store(std::string_view name, std::span<const int> fds);
  bool remove(std::string_view name);

  // These do not wait, since they are said again soon.
  bool status(std::string_view text);  ///< one line for `systemctl status`
  bool watchdog();

 private:
  bool send(std::string_view state, std::chrono::milliseconds wait, std::span<const int> fds = {});

  std::optional<UnixDatagram> socket_;
  const std::chrono::milliseconds patience_;
};

/// What every store_name() begins with.
inline constexpr std::string_view store_prefix = "listen-";

/// The name of a stored listening socket: a short text that differs for different addresses, and that
/// FDNAME= takes (printable ASCII without ':', 255 bytes).
std::string store_name(const SocketAddress& address);

}  // namespace duplexd
