#pragma once

#include "core/config/edge/limit.hpp"
#include "core/metrics/close_reason.hpp"
#include "core/metrics/short_text.hpp"
#include "core/net/address/address.hpp"
#include "core/net/tls/tls_failure.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string_view>

namespace duplexd {

/// The bytes of one direction of a session.
struct DirectionBytes {
  std::uint64_t read = 0;                ///< bytes taken from the sender
  std::uint64_t undelivered = 0;         ///< of these, bytes that the receiver's socket never took
  std::chrono::microseconds stalled{0};  ///< time in which the direction waited for its receiver
};

/// The attempts to connect of one session that failed: the last few of them, the oldest first. Trivially
/// copyable.
class FailedAttempts {
 public:
  using Duration = std::chrono::duration<std::uint32_t, std::milli>;
  struct Attempt {
    PeerAddress endpoint{};  ///< the address that was dialled
    CloseReason reason{};
    Duration took{0};
  };

  void add(const Attempt& attempt) noexcept {
    if (size_ == attempts_.size()) std::shift_left(attempts_.begin(), attempts_.begin() + size_--, 1);
    attempts_[size_++] = attempt;
  }
  auto begin() const noexcept { return attempts_.begin(); }
  auto end() const noexcept { return attempts_.begin() + size_; }
  bool empty() const noexcept { return size_ == 0; }

 private:
  std::array<Attempt, 4> attempts_{};
  std::uint8_t size_ = 0;
};

/// The end record of a session. Every accepted connection has exactly one, also a refused one. Trivially
/// copyable. Names live until EventSink::release() is given them, or the Server goes.
struct SessionEnd {
  std::uint64_t id = 0;  ///< unique in the process and those before: worker << 48 | running number
  std::uint32_t worker = 0;
  std::uint32_t moves = 0;  ///< how often it has gone from one process to the next
  CloseReason reason{};
  int error = 0;  ///< errno behind the reason; 0: none
  std::string_view listener{};
  std::string_view upstream{};
  std::string_view endpoint{};     ///< as configured; empty: none was chosen
  PeerAddress client{};            ///< where the client connected from, or says so in a PROXY header
  PeerAddress via{};               ///< the proxy that sent the header; none: there was no header
  PeerAddress client_local{};      ///< the local address that it connected to
  PeerAddress endpoint_local{};    ///< the local address that duplexd dialled from
  PeerAddress endpoint_address{};  ///< the remote address that duplexd dialled
  ShortText server_name{};         ///< that the client asked for in TLS; empty: none
  /// The versions of TLS that ends here, as OpenSSL calls them ("TLSv1.3"); empty: the leg is plain, or its
  /// handshake has not ended.
  std::string_view client_tls{};
  std::string_view endpoint_tls{};
  ShortText client_certificate{};  ///< whom it is of, if it was verified
  TlsFailure tls_failure{};
  /// Of an endpoint's certificate that was not accepted, with its names, or what the proxy to it has
  /// answered; empty: none.
  ShortText endpoint_words{};
  LimitSet beyond_tried{};   ///< limits that are tried, and that it was beyond
  std::string_view words{};  ///< the fault in the header or hello of the client; static
  std::uint32_t connect_attempts = 0;
  FailedAttempts failed_attempts{};
  std::chrono::microseconds connecting{0};  ///< from accept to connected, or to giving up
  std::chrono::microseconds duration{0};    ///< from accept to the end
  DirectionBytes upstream_bytes{};          ///< client to endpoint
  DirectionBytes downstream_bytes{};        ///< endpoint to client
};

/// A problem beyond a single session. It is reported once per episode, and at most once a second per subject.
struct Notice {
  enum class Kind : std::uint8_t {
    accept_backing_off,  ///< accept failed with `error`; the listener retries soon
    accept_resumed,      ///< accepting has resumed after a back-off
    sessions_exhausted,  ///< the limit of the process or the listener is reached; clients wait or are refused
    rate_exceeded,       ///< more clients come than the listener's rate; they wait or are refused
    handshakes_exhausted,  ///< `count` clients had to wait for limits.handshakes
    limit_tried,           ///< `count` clients or bytes were beyond the limit in `words`, which is tried only
    sources_forgotten,     ///< more sources came than limits.per_source_rate has room for; `count` of them
    resolve_failed,        ///< a host name did not resolve; the last good addresses stay in use
    resolve_changed,       ///< the addresses of a host name changed
    reopened,       ///< sockets were opened anew: an interface or the file of a Unix socket had changed
    reopen_failed,  ///< they could not be; it is tried again
    certificates_replaced,  ///< their files had changed
    certificates_refused,   ///< their files have changed and are of no use, in `words`; those before are used
    stop_incomplete,        ///< sessions were left when the drain deadline passed
    endpoint_down,          ///< its checks say so, in `words`
    endpoint_up,            ///< its checks say so, in `words`
    endpoint_ejected,       ///< sessions could not be served by it for `count` ms to come
    endpoint_readmitted,    ///< a session could
    zero_copy_refused,      ///< a call failed with `error`; bytes are copied. Once in the process
  };
  Kind kind{};
  std::uint32_t worker = 0;
  /// The name of the listener, the upstream or the endpoint, which lives as the names of a SessionEnd do, or
  /// the call.
  std::string_view subject{};
  int error = 0;                ///< errno
  ShortText words{};            ///< why
  std::string_view upstream{};  ///< that of an endpoint
  PeerAddress address{};        ///< of an endpoint
  std::uint64_t count = 0;      ///< pauses of accepting, addresses, or sessions, as the kind says
};

/// When a session that has not ended is reported.
enum class SessionMoment : std::uint8_t {
  started,   ///< it begins to relay
  interval,  ///< it lasts
};

struct SessionTracing {
  bool start = false;
  std::chrono::seconds interval{0};  ///< 0: not
};

/// Receives the events of core. Worker threads and the control thread call it, also at the same time. An
/// implementation must not block, throw or allocate.
class EventSink {
 public:
  virtual ~EventSink() = default;
  virtual void session_ended(const SessionEnd& end) noexcept = 0;
  virtual void notice(const Notice& notice) noexcept = 0;

  /// What is wanted of sessions that have not ended; nothing costs nothing. Any thread calls it.
  virtual SessionTracing tracing() const noexcept { return {}; }
  /// A session relays and has not ended. `so_far` is its record without a reason.
  virtual void session_goes_on(SessionMoment, const SessionEnd& /*so_far*/) noexcept {}

  /// Nothing will be reported about `names` again. A sink that has not dealt with all reports keeps them
  /// until then. The control thread calls it. False: the sink is short of memory, and is asked again later.
  virtual bool release(std::shared_ptr<const void> names) noexcept {
    names.reset();
    return true;
  }
};

}  // namespace duplexd
