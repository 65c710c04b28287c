#pragma once

#include "core/net/address/address.hpp"
#include "core/net/socket/file_descriptor.hpp"
#include "core/net/socket/unix_socket.hpp"
#include "core/tls/listener_tls.hpp"

#include <boost/asio/io_context.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace duplexd {

struct ControlRequest {
  std::string method;  ///< "GET"; case matters (RFC 9110, 9.1)
  std::string target;  ///< as sent: "/v1/status?x=1"
  std::string body;
  PeerCredentials peer{};             ///< of a Unix client
  std::optional<std::string> host{};  ///< of the Host field, as sent; none: a client of HTTP/1.0 has not said
  std::string authorization{};        ///< of the Authorization field, as sent; "": none
  std::string if_none_match{};        ///< of the If-None-Match field, as sent; "": none
};

struct HttpField {
  std::string_view name;  ///< lasts as long as the process
  std::string value;
};

struct ControlResponse {
  unsigned status = 200;
  std::string body;        ///< JSON text, if `content_type` does not say otherwise
  std::string allow = {};  ///< with 405: the methods that there are (RFC 9110, 15.5.6)
  std::string content_type = "application/json";
  std::string authenticate = {};  ///< with 401: how to (RFC 9110, 11.6.1)
  std::vector<HttpField> fields = {};
};

/// Limits on the clients of the control thread. The status in brackets answers a client that reaches the
/// limit.
struct ControlLimits {
  std::size_t clients = 64;                    ///< at once; further clients wait in the backlog
  std::size_t clients_per_uid = 32;            ///< at once, so that one user cannot keep root out [503]
  std::size_t clients_per_address = 32;        ///< the same of TCP clients from one address [503]
  std::uint32_t header_bytes = 8 * 1024;       ///< [431]
  std::uint64_t body_bytes = 64 * 1024;        ///< [413]
  std::chrono::milliseconds request{10'000};   ///< for a request to arrive [408]
  std::chrono::milliseconds delivery{10'000};  ///< for a response to be taken
  std::chrono::milliseconds idle{30'000};      ///< between two requests
  std::chrono::milliseconds farewell{1'000};   ///< for a TCP client that was refused to hear of it
};

/// What clients of TCP come through. Asked for each client.
struct ControlEntrance {
  std::function<bool(const PeerAddress&)> admits{};           ///< empty: everybody; others are closed
  std::function<std::shared_ptr<const ListenerTls>()> tls{};  ///< empty, or null: none is spoken
};

struct ControlStats {
  std::size_t clients = 0;  ///< now
  std::uint64_t accepted = 0;
  std::uint64_t refused_clients = 0;   ///< over clients_per_uid or clients_per_address, or not admitted
  std::uint64_t requests = 0;          ///< handed to Answer
  std::uint64_t refused_requests = 0;  ///< malformed, too large or too slow
  std::uint64_t timed_out = 0;         ///< clients closed for being slow or idle
  std::uint64_t accept_errors = 0;
  std::uint64_t handler_memory_fallbacks = 0;  ///< 0, or something here is wrong
};

/// HTTP/1.1 (RFC 9112) on a Unix socket or by TCP, for a few clients. Each client is a
/// half-duplex chain with one block of handler memory: read a request, answer it, read the next. Work per
/// wake-up is bounded: at most 4 KiB are read and one request is answered.
///
/// Constructed, used and destroyed on the thread that runs `control`, which outlives it. Only the constructor
/// throws; out of memory closes a client.
class ControlServer {
 public:
  /// To be called once, on the control thread, at any time; ignored after the client or the server ended.
  /// Until then the client is not read and has no deadline.
  using Respond = std::function<void(ControlResponse)>;
  /// Answers a request. May call Respond before it returns. If it throws, the client is closed.
  using Answer = std::function<void(const ControlRequest&, Respond)>;

  /// Takes ownership of the listening socket, not of its file. Throws boost::system::system_error if the
  /// socket cannot be watched.
  ControlServer(boost::asio::io_context& control, FileDescriptor listening, Answer answer,
                ControlLimits limits = {}, ControlEntrance entrance = {});
  ~ControlServer();
  ControlServer(const ControlServer&) = delete;
  ControlServer& operator=(const ControlServer&) = delete;

  /// Accepts no further client; those that there are go on.
  void stop_listening() noexcept;
  /// The same, and those end as soon as they are idle.
  void finish() noexcept;
  /// Stops listening and closes every client. Response bytes that the kernel has already taken still arrive.
  void stop() noexcept;

  ControlStats stats() const noexcept;

 private:
  class Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace duplexd
