#pragma once

#include "core/metrics/events.hpp"

#include <chrono>
#include <cstdint>

namespace duplexd {

/// A client that waits so long for its endpoint is told of, whatever is left out of the log.
inline constexpr std::chrono::seconds slow_connect{1};

/// Its upstream was known, and it waited long until it was connected or given up.
bool connected_slowly(const SessionEnd& end) noexcept;

/// The client came and left, no byte was relayed, and nothing else is to be told: as health probes and port
/// scanners do.
bool left_without_a_byte(const SessionEnd& end) noexcept;

/// Both peers ended it in order, every byte was delivered, and the first endpoint took it.
bool ended_well(const SessionEnd& end) noexcept;

/// Whether a session is the one of `sample` that is recorded. The same for all records of an id.
bool is_sampled(std::uint64_t id, std::uint32_t sample) noexcept;

}  // namespace duplexd
