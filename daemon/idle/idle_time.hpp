#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

namespace duplexd {

/// Whether anybody uses the process at one moment.
struct Use {
  std::uint64_t live = 0;  ///< sessions
  std::uint64_t uses = 0;  ///< sessions and requests that have come since the start
  bool is_asked = false;   ///< somebody is connected to the control socket or the admin listener
};

/// For how long nobody has used the process.
class IdleTime {
 public:
  using Time = std::chrono::steady_clock::time_point;

  /// Takes in what was seen, and returns the time since somebody used the process; none: somebody does. What
  /// has come and gone between two looks counts as well.
  std::optional<std::chrono::steady_clock::duration> after(const Use& use, Time now) noexcept;

 private:
  std::optional<Time> since_{};
  std::uint64_t uses_ = 0;
};

}  // namespace duplexd
