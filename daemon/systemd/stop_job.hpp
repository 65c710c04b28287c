#pragma once

#include <cstdint>

namespace duplexd {

/// What the service manager does with this process when it stops it.
enum class StopJob : std::uint8_t {
  unknown,  ///< nobody can tell: there is no job for its unit, or the system bus does not answer
  stop,     ///< another process follows only if somebody starts the unit again
  restart,  ///< another process follows
};

/// The job that is under way for the unit of this process (org.freedesktop.systemd1(5)). Asks over the system
/// bus, for a second at most.
StopJob find_stop_job() noexcept;

}  // namespace duplexd
