#pragma once

#include "core/memory/buffer_pool.hpp"
#include "core/memory/object_pool.hpp"
#include "core/metrics/counters.hpp"
#include "core/metrics/events.hpp"
#include "core/net/loop.hpp"
#include "core/net/pipe_pool.hpp"
#include "core/session/deadline_wheel.hpp"
#include "core/session/limits/bandwidths.hpp"
#include "core/session/limits/handshake_turns.hpp"
#include "core/session/stages/greeting.hpp"
#include "core/session/stages/introduction.hpp"
#include "core/session/stages/known.hpp"
#include "core/upstream/dial/beside.hpp"
#include "core/upstream/dial/connector.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <random>

namespace duplexd {

class Session;

/// What one worker lends to its sessions. Used by that worker's thread only; outlives every session and every
/// operation of theirs: the worker runs its loop until none is left.
struct SessionServices {
  /// Far from 0, so that it can be told when a session of another process last moved a byte: ten months.
  static constexpr Tick first_tick = Tick{1} << 28;

  SessionServices(Loop& worker_loop, std::uint32_t worker_number, WorkerCounters& counts, EventSink& events,
                  const PipeLimits& pipe_limits);
  ~SessionServices();

  Loop& loop;
  const std::uint32_t worker;
  WorkerCounters& counters;
  EventSink& sink;
  DeadlineWheel<Session> wheel{first_tick};
  HandshakeTurns handshake_turns{loop};
  BufferPool buffers;
  PipePool pipes;
  ObjectPool<Session> sessions;
  ObjectPool<Connector> connectors;            ///< of sessions that dial
  ObjectPool<Beside> besides;                  ///< of sessions that dial two addresses at once
  ObjectPool<FailedAttempts> failed_attempts;  ///< of sessions that have some
  ObjectPool<Known> known;                     ///< of sessions whose clients say something first
  ObjectPool<Greeting> greetings;              ///< of those until they relay
  ObjectPool<Introduction> introductions;      ///< of sessions that tell their endpoint something first
  ObjectPool<Bandwidths> bandwidths;           ///< of sessions that are limited each
  std::uint64_t last_id = 0;
  /// Unique in the process: the worker's number, and a running one.
  std::uint64_t next_id() noexcept { return std::uint64_t{worker} << 48 | ++last_id; }
  static std::uint64_t running_number(std::uint64_t id) noexcept {
    return id & ((std::uint64_t{1} << 48) - 1);
  }
  std::minstd_rand random;  ///< spreads lifetimes; not for secrets
  std::array<std::byte, BufferPool::buffer_size>
      scratch;  ///< where a chain reads into; free again when its handler returns
};

}  // namespace duplexd
