#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string_view>

#if __has_include(<sys/sdt.h>)
#include <sys/sdt.h>
#else
// Without <sys/sdt.h> there are no probes.
#define DTRACE_PROBE3(provider, name, ...) duplexd::probes::drop(__VA_ARGS__)
#define DTRACE_PROBE4(provider, name, ...) duplexd::probes::drop(__VA_ARGS__)
#define DTRACE_PROBE6(provider, name, ...) duplexd::probes::drop(__VA_ARGS__)
#endif

/// Where bpftrace, perf and SystemTap can look at the process; duplexd-tracing(7) describes each probe. A
/// probe is a nop, and a note in the file that says where its arguments are. It costs nothing to be there if
/// its arguments are at hand, so that they have to be. A text is the whole of a literal or a std::string,
/// because tracers read up to its NUL. There are six arguments at most: bpftrace knows no more.
namespace duplexd::probes {

template <class... Arguments>
void drop(const Arguments&...) noexcept {}

/// A client was accepted and admitted.
inline void open(std::uint64_t session, std::uint32_t worker, std::string_view listener) noexcept {
  DTRACE_PROBE3(duplexd, open, session, worker, listener.data());
}

/// An attempt to connect to an endpoint is over. `error`: errno; 0: it is connected.
inline void connect(std::uint64_t session, std::chrono::microseconds took, int error,
                    std::string_view endpoint) noexcept {
  DTRACE_PROBE4(duplexd, connect, session, took.count(), error, endpoint.data());
}

/// A chain goes from copying to splice(2).
inline void splice(std::uint64_t session, bool from_endpoint, std::uint64_t received) noexcept {
  DTRACE_PROBE3(duplexd, splice, session, from_endpoint, received);
}

/// A session has ended.
inline void close(std::uint64_t session, std::string_view reason, std::uint64_t upstream_bytes,
                  std::uint64_t downstream_bytes, std::chrono::microseconds duration,
                  std::string_view listener) noexcept {
  DTRACE_PROBE6(duplexd, close, session, reason.data(), upstream_bytes, downstream_bytes, duration.count(),
                listener.data());
}

/// A reload is over.
inline void reload(std::uint64_t generation, std::string_view result, std::size_t changes) noexcept {
  DTRACE_PROBE3(duplexd, reload, generation, result.data(), changes);
}

}  // namespace duplexd::probes
