#pragma once

#include "core/net/address/address.hpp"
#include "daemon/systemd/message_queue.hpp"

#include <boost/asio/io_context.hpp>

#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace duplexd {

/// Sends the state of the process to the service manager, as sd_notify(3) does, but never waits for it: a
/// busy one gets in order what it missed, once it reads again. On the thread of `control`.
class ServiceManager {
 public:
  /// `notify_socket` is $NOTIFY_SOCKET; none: there is no service manager.
  ServiceManager(boost::asio::io_context& control, std::optional<std::string> notify_socket);

  bool is_there() const noexcept { return messages_.has_value(); }

  /// Also after a reload, applied or not. What it was not yet told of earlier reloads is left out.
  void ready(std::string_view status);
  /// The same, of a process that serves instead of the main one: from now on it is that. A beat goes with it.
  void ready_as_main(std::string_view status);
  /// Another process speaks to it from now on.
  void fall_silent() noexcept { messages_.reset(); }
  void reloading();
  void stopping();

  /// Sends copies of the descriptors, which the next process receives under `name` (store_name()). The store
  /// keeps them over a restart or a crash, until remove() or a stop, and never stores one twice.
  /// FileDescriptorStoreMax= limits their number. Calls `on_failed`, at once or later, if not all can be
  /// sent.
  void store(std::string_view name, std::span<const int> fds, const std::function<void()>& on_failed);
  void remove(std::string_view name);

  // A busy service manager does not get these, because they are repeated soon. False: it was not sent.
  bool status(std::string_view text);  ///< one line for `systemctl status`
  bool watchdog();

  /// Messages of store() that wait to be sent.
  std::size_t stores_waiting() const noexcept;
  bool stuck() const noexcept;  ///< it has taken nothing for some seconds, and messages wait

 private:
  using Kind = MessageQueue::Kind;

  void send(Kind kind, std::string text);

  std::optional<MessageQueue> messages_;
};

/// What stored sessions are called (core/handover).
inline constexpr const char* sessions_name = "sessions";

/// The beginning of every store_name().
inline constexpr std::string_view store_prefix = "listen-";

/// The name of a stored listening socket: a short text that differs for different addresses and
/// interfaces ("": any), and that FDNAME= takes (printable ASCII without ':', 255 bytes).
std::string store_name(const SocketAddress& address, std::string_view interface = "");

}  // namespace duplexd
