#pragma once

#include "core/metrics/close_reason.hpp"
#include "core/net/socket/file_descriptor.hpp"
#include "core/net/watched_socket.hpp"
#include "core/upstream/upstream.hpp"

#include <cstdint>

namespace duplexd {

/// Dials one session's way to an endpoint: the balancer's choice first and, when that fails, the next that
/// was not yet tried. It makes the system calls and keeps the score; waiting is its owner's. Holds the
/// endpoint until it is destroyed.
class Connector {
 public:
  struct Attempt {
    enum class State : std::uint8_t {
      connected,    ///< `socket` is connected
      in_progress,  ///< wait until `socket` is writable, or the attempt has taken too long, and resume()
      failed,       ///< nothing is left to try: failure() and error() say why
    };
    State state{};
    FileDescriptor socket;  ///< non-blocking, close-on-exec; none: it is the one of the attempt before
  };

  explicit Connector(Upstream& upstream) noexcept : upstream_(upstream) {}
  ~Connector() { leave(); }
  Connector(const Connector&) = delete;
  Connector& operator=(const Connector&) = delete;

  /// Dials until an endpoint has answered, is about to, or none is left.
  Attempt dial() noexcept;

  /// Goes on with an attempt that was in progress on `socket`, which it closes to try another. Readiness may
  /// have been spurious: then it still is in progress.
  Attempt resume(WatchedSocket& socket, bool timed_out) noexcept;

  const Endpoint* endpoint() const noexcept { return endpoint_; }  ///< the last one tried; null: none was
  std::uint32_t attempts() const noexcept { return tried_.count(); }
  CloseReason failure() const noexcept { return failure_; }
  int error() const noexcept { return error_; }

 private:
  Attempt connected(FileDescriptor socket) noexcept;
  void fail(CloseReason reason, int error) noexcept;
  void leave() noexcept;

  Upstream& upstream_;
  Endpoint* endpoint_ = nullptr;
  TriedEndpoints tried_;
  int error_ = 0;
  CloseReason failure_ = CloseReason::no_endpoint;
};

}  // namespace duplexd
