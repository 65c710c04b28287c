#pragma once

#include <chrono>

namespace duplexd {

/// What certificates and tickets go by: the time of the calendar, in whole seconds.
inline std::chrono::sys_seconds wall_time() noexcept {
  return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

}  // namespace duplexd
