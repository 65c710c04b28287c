#pragma once

#include "core/config/config.hpp"
#include "core/net/pipe_pool.hpp"

#include <cstdint>
#include <string>

namespace duplexd {

/// What a configuration comes to on this machine. Printed by --check and at start.
struct EffectiveLimits {
  unsigned workers = 0;
  std::uint64_t descriptors = 0;           ///< RLIMIT_NOFILE, soft
  std::uint64_t descriptors_reserved = 0;  ///< of these, not for sessions: listeners, workers, log, files
  PipeLimits pipes;                        ///< of all workers together, for bytes that are not copied
  std::uint64_t sessions = 0;              ///< at once in the process
  bool sessions_fit = true;  ///< false: the descriptors do not suffice for limits.sessions, or for one
  std::uint64_t session_bytes_idle = 0;  ///< user memory of a session that moves nothing
  std::uint64_t session_bytes_most = 0;  ///< ... when both its peers have stopped reading
};

/// ControlConfig::Socket::automatic counts as off: whoever knows what it stands for replaces it before.
EffectiveLimits effective_limits(const Config& config);

/// In a process that runs with `workers` already.
EffectiveLimits effective_limits(const Config& config, unsigned workers);

/// For limits with `sessions_fit` false: what is too few, and the way out.
std::string sessions_do_not_fit(const EffectiveLimits& limits);

}  // namespace duplexd
