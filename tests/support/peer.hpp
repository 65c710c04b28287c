#pragma once

#include "core/net/address/address.hpp"
#include "core/net/socket/file_descriptor.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace duplexd::test {

/// The deadline of every wait; generous, because sanitizers on two busy cores are slow.
inline constexpr std::chrono::seconds patience{20};

struct PeerOptions {
  int receive_buffer = 0;                 ///< SO_RCVBUF; 0: the kernel tunes it
  int send_buffer = 0;                    ///< SO_SNDBUF; 0: the kernel tunes it
  std::optional<SocketAddress> source{};  ///< to connect from
};

/// A plain blocking socket of a client or an endpoint, with a deadline on everything. A failure is an
/// exception that names the awaited event.
class Peer {
 public:
  Peer() = default;
  explicit Peer(FileDescriptor socket);
  /// To a proxy that may reset it at once, which reading tells of.
  static Peer connect(const SocketAddress& to, const PeerOptions& options = {});

  int fd() const { return socket_.get(); }
  explicit operator bool() const { return static_cast<bool>(socket_); }
  SocketAddress local() const;
  SocketAddress remote() const;

  void send(std::string_view bytes);
  /// Sends what fits without waiting; the number of bytes.
  std::size_t send_some(std::string_view bytes);
  /// Exactly `size` bytes; fails on the end of the stream.
  std::string receive(std::size_t size);
  /// The next bytes, at most `most`; "" is the end of the stream.
  std::string receive_some(std::size_t most);
  /// Everything up to the end of the stream.
  std::string receive_all();
  /// True if the end of the stream comes next, false if bytes do; fails on a reset.
  bool at_end();
  /// True if a reset comes next.
  bool is_reset();
  /// Waits for a reset after the end of the stream, when receiving reports nothing more. Returns its errno.
  int broken_by();
  /// Reads until the stream ends. Returns 0 for an orderly end, or errno.
  int drain();
  /// True if there is something to read (bytes, end or reset) within `time`.
  bool readable_within(std::chrono::milliseconds time) const;

  void end();    ///< shutdown(SHUT_WR); does nothing after a reset by the other side
  void close();  ///< in order
  void reset();  ///< SO_LINGER 0 and close

 private:
  FileDescriptor socket_;
};

/// A listening socket of an endpoint on loopback (or on `address`).
class Backend {
 public:
  Backend();
  explicit Backend(const SocketAddress& address, int backlog = 1024, int protocol = 0);
  SocketAddress address() const;
  Peer accept();
  /// True if a connection waits to be accepted within `time`.
  bool called_within(std::chrono::milliseconds time) const;
  /// Buffer sizes of later accepted sockets; 0: the kernel tunes the size.
  void set_buffers(int receive_buffer, int send_buffer = 0);
  void close() { socket_.reset(); }
  /// Answers no further clients, as behind a firewall. Those that are connected stay.
  void fall_silent();

 private:
  FileDescriptor socket_;
};

/// Bytes that differ at every place and are the same for the same seed.
std::string pattern(std::size_t size, std::uint64_t seed = 1);

/// Polls until `condition` holds or patience ends. Returns whether it held at the end.
template <class Condition>
bool eventually(Condition condition);

std::size_t open_descriptors();
SocketAddress loopback(std::uint16_t port = 0);
SocketAddress address_of(std::string_view text);

}  // namespace duplexd::test

#include <thread>

template <class Condition>
bool duplexd::test::eventually(Condition condition) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  return true;
}
