#pragma once

#include "core/net/socket/file_descriptor.hpp"

#include <algorithm>
#include <cstddef>
#include <deque>
#include <optional>
#include <string_view>
#include <vector>

namespace duplexd {

/// A pipe(2) to splice through: bytes that went in at one end come out at the other.
struct Pipe {
  FileDescriptor entrance;
  FileDescriptor exit;
  std::size_t size = 0;  ///< bytes that it can hold
};

/// What pipes a process may have.
struct PipeLimits {
  std::size_t pipes = 0;  ///< each takes two descriptors
  std::size_t size = 0;   ///< of each at most, in bytes: how much of the kernel's memory it can hold
};

/// For a process that can spare so many descriptors for them: one pipe per worker, or as many as hold 32 MiB,
/// which is half of what the kernel grants a user by default, of the size that it grants at most (pipe(7):
/// pipe-user-pages-soft, pipe-max-size). Those settings are not read, because a sandbox may hide them:
/// PipePool tries.
constexpr PipeLimits pipe_limits(std::size_t descriptors, std::size_t workers) noexcept {
  return {.pipes = std::min(std::max<std::size_t>(32, workers), descriptors / 2), .size = 1024 * 1024};
}

/// Pipes to splice through, made when they are first needed, and closed when they have been idle.
///
/// Used by one thread. Every lease is returned before the pool is destroyed.
class PipePool {
 public:
  /// Why bytes are copied that would be spliced.
  struct Refusal {
    std::string_view call;  ///< "pipe" or "splice"
    int error = 0;          ///< errno
  };

  static constexpr std::size_t smallest_pipe = 64 * 1024;  ///< less is worse than copying
  static constexpr int idle_ticks = 20;

  explicit PipePool(const PipeLimits& limits);
  PipePool(const PipePool&) = delete;
  PipePool& operator=(const PipePool&) = delete;
  ~PipePool();

  /// An empty pipe, non-blocking and close-on-exec. It is smaller than asked for, by halves, where the kernel
  /// refuses the size. Null: all are leased, or the kernel refuses another one.
  Pipe* lease() noexcept;
  void give_back(Pipe* empty) noexcept;
  /// Leases one that another process had, with what is in it, also beyond the limit. Null: out of memory,
  /// and it stays the caller's.
  Pipe* take_over(Pipe& pipe) noexcept;
  /// As give_back(), of one that is not empty: its bytes are dropped, and so is the pipe.
  void discard(Pipe* pipe) noexcept;

  /// splice(2) was refused once, or is forbidden to the process: then nothing is leased any more.
  void on_splice_refused(int error, bool for_ever) noexcept;
  bool forbidden() const noexcept { return forbidden_; }

  /// The first refusal, of pipes or of splice(2).
  const std::optional<Refusal>& refusal() const noexcept { return refusal_; }

  /// Ten times a second: closes the pipes that nobody has leased for the last `idle_ticks`.
  void on_tick() noexcept;

  std::size_t leased() const noexcept { return pipes_.size() - gone_ - free_.size(); }

 private:
  int open(Pipe& pipe) const noexcept;
  bool drop_surplus(Pipe* pipe) noexcept;
  void on_refused(std::string_view call, int error) noexcept;

  const std::size_t size_;
  std::deque<Pipe> pipes_;     // as many as there may be, open or not, and the surplus
  std::size_t surplus_ = 0;    // leased beyond the limit: so many are not used again
  std::size_t gone_ = 0;       // ... and have been given back
  std::vector<Pipe*> free_;    // used from its back; those that are not open come first
  std::size_t untouched_ = 0;  // of these, from the front: not leased since the last look at them
  int ticks_ = 0;
  bool forbidden_ = false;
  std::optional<Refusal> refusal_;
};

}  // namespace duplexd
