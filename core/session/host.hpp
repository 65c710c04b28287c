#pragma once

#include "core/memory/buffer_pool.hpp"
#include "core/memory/object_pool.hpp"
#include "core/metrics/counters.hpp"
#include "core/metrics/events.hpp"
#include "core/net/pipe_pool.hpp"
#include "core/net/poller.hpp"
#include "core/session/deadline_wheel.hpp"

#include <boost/asio/io_context.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <random>

namespace duplexd {

class Session;

/// What one worker lends to its sessions. Used by that worker's thread only; outlives every session and every
/// operation of theirs: the worker runs its io_context until none is left.
struct SessionHost {
  SessionHost(boost::asio::io_context& context, std::uint32_t worker_number, WorkerCounters& counts,
              EventSink& events, const PipeLimits& pipe_limits);
  ~SessionHost();

  Poller& poller;
  const std::uint32_t worker;
  WorkerCounters& counters;
  EventSink& sink;
  DeadlineWheel wheel;
  BufferPool buffers;
  PipePool pipes;
  ObjectPool<Session> sessions;
  std::uint64_t last_id = 0;
  std::minstd_rand random;  ///< for spreading lifetimes, nothing that must not be guessed
  std::array<std::byte, BufferPool::buffer_size>
      scratch;  ///< where a chain reads into; free again when its handler returns
};

}  // namespace duplexd
