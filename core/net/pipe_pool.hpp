#pragma once

#include "core/net/socket/file_descriptor.hpp"

#include <cstddef>
#include <vector>

namespace duplexd {

/// A pipe(2) to splice through: bytes that went in at one end come out at the other.
struct Pipe {
  FileDescriptor entrance;
  FileDescriptor exit;
};

/// What pipes a process may have.
struct PipeLimits {
  std::size_t pipes = 0;  ///< each takes two descriptors
  std::size_t size = 0;   ///< of each, in bytes: how much of the kernel's memory it can hold
};

/// For a process that can spare so many descriptors for them. Keeps to half of what its user may have in
/// pipes, and to the largest that may be made (pipe(7): pipe-user-pages-soft, pipe-max-size).
PipeLimits pipe_limits(std::size_t descriptors) noexcept;

/// Pipes to splice through, made when they are first needed, and kept.
///
/// Used by one thread. Every lease is returned before the pool is destroyed.
class PipePool {
 public:
  explicit PipePool(const PipeLimits& limits);
  PipePool(const PipePool&) = delete;
  PipePool& operator=(const PipePool&) = delete;
  ~PipePool();

  std::size_t pipe_size() const noexcept { return size_; }

  /// An empty pipe, non-blocking and close-on-exec. Null: all are leased, or the kernel refuses another one
  /// of that size.
  Pipe* lease() noexcept;
  void give_back(Pipe* empty) noexcept { free_.push_back(empty); }
  /// As give_back(), of one that is not empty: its bytes are dropped, and so is the pipe.
  void discard(Pipe* pipe) noexcept;

  /// splice(2) is forbidden to the process: nothing is leased until it is allowed.
  void forbid() noexcept { forbidden_ = true; }
  void allow() noexcept { forbidden_ = false; }
  bool forbidden() const noexcept { return forbidden_; }

  std::size_t leased() const noexcept { return pipes_.size() - free_.size(); }

 private:
  bool open(Pipe& pipe) const noexcept;

  const std::size_t size_;
  std::vector<Pipe> pipes_;  // as many as there may be, open or not
  std::vector<Pipe*> free_;  // used from its back
  bool forbidden_ = false;
};

}  // namespace duplexd
