#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <string_view>

namespace duplexd {

/// A point in time of the process: milliseconds of its steady clock, never 0.
using Millis = std::int64_t;
Millis now_in_millis() noexcept;

/// What the operator has said about an endpoint.
enum class OperatorWord : std::uint8_t {
  none,     ///< checks and sessions decide
  drain,    ///< no new sessions
  disable,  ///< it counts as down
};

/// "drain", "disable"; "" for none.
std::string_view to_word(OperatorWord word) noexcept;

/// Whether an endpoint takes new sessions, and who says that it does not: the operator before its checks, its
/// checks before what sessions say.
enum class Standing : std::uint8_t {
  up,
  ejected,   ///< sessions say so
  down,      ///< its checks say so
  drained,   ///< the operator says so
  disabled,  ///< the operator says so
};
std::string_view to_word(Standing standing) noexcept;

/// What the control thread has seen of an endpoint's standing. Only that thread uses it.
class SeenStanding {
 public:
  using Time = std::chrono::system_clock::time_point;

  void see(Standing standing, Time now) noexcept {
    since_ = since(standing, now);
    standing_ = standing;
  }
  /// As another process has seen it.
  void begin_with(Standing standing, Time since) noexcept {
    since_ = since;
    standing_ = standing;
  }
  /// When the endpoint came to this standing, which it has `now`.
  Time since(Standing standing, Time now) const noexcept { return standing == standing_ ? since_ : now; }

 private:
  Standing standing_ = Standing::up;
  Time since_ = std::chrono::system_clock::now();
};

/// What counts for all addresses of a name. Written by the control thread, read by any.
struct NameStanding {
  std::atomic<bool> removed{false};  ///< from the configuration
  std::atomic<OperatorWord> word{OperatorWord::none};
};

}  // namespace duplexd
