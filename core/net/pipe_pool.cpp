#include "core/net/pipe_pool.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cassert>
#include <cerrno>
#include <new>
#include <utility>

namespace duplexd {

namespace {

/// Returns the size that the kernel granted, which is `size` or that by halves; 0: errno says why it refused.
std::size_t resize(const Pipe& pipe, std::size_t size) noexcept {
  while (::fcntl(pipe.entrance.get(), F_SETPIPE_SZ, static_cast<int>(size)) < 0) {
    size /= 2;
    if (size < PipePool::smallest_pipe) return 0;
  }
  return size;
}

}  // namespace

PipePool::PipePool(const PipeLimits& limits) : size_(limits.size), pipes_(limits.pipes) {
  free_.reserve(pipes_.size());
  for (Pipe& pipe : pipes_) free_.push_back(&pipe);
}

PipePool::~PipePool() { assert(leased() == 0); }

Pipe* PipePool::lease() noexcept {
  if (pipes_.empty()) on_refused("pipe", EMFILE);
  if (forbidden_ || free_.empty()) return nullptr;
  Pipe* const pipe = free_.back();
  if (const int error = pipe->exit ? 0 : open(*pipe)) {
    on_refused("pipe", error);
    return nullptr;
  }
  free_.pop_back();
  untouched_ = std::min(untouched_, free_.size());
  return pipe;
}

Pipe* PipePool::take_over(Pipe& pipe) noexcept try {
  if (free_.empty()) {
    pipes_.push_back(std::move(pipe));
    ++surplus_;
    return &pipes_.back();
  }
  Pipe* const taken = free_.back();
  free_.pop_back();
  untouched_ = std::min(untouched_, free_.size());
  *taken = std::move(pipe);
  return taken;
} catch (const std::bad_alloc&) {
  return nullptr;
}

bool PipePool::drop_surplus(Pipe* pipe) noexcept {
  if (surplus_ == 0) return false;
  --surplus_;
  ++gone_;
  *pipe = {};
  return true;
}

void PipePool::give_back(Pipe* empty) noexcept {
  if (!drop_surplus(empty)) free_.push_back(empty);
}

void PipePool::discard(Pipe* pipe) noexcept {
  if (drop_surplus(pipe)) return;
  *pipe = {};
  free_.insert(free_.begin(), pipe);
}

void PipePool::on_splice_refused(int error, bool for_ever) noexcept {
  forbidden_ |= for_ever;
  on_refused("splice", error);
}

void PipePool::on_refused(std::string_view call, int error) noexcept {
  if (!refusal_) refusal_ = {call, error};
}

void PipePool::on_tick() noexcept {
  if (++ticks_ < idle_ticks) return;
  ticks_ = 0;
  for (std::size_t i = 0; i < untouched_; ++i) *free_[i] = {};
  untouched_ = free_.size();
}

// A user beyond the limits gets a pipe of a page or two.
int PipePool::open(Pipe& pipe) const noexcept {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_NONBLOCK | O_CLOEXEC) != 0) return errno;
  pipe = {.entrance = FileDescriptor(ends[1]), .exit = FileDescriptor(ends[0])};
  pipe.size = resize(pipe, size_);
  if (pipe.size > 0) return 0;
  const int error = errno;
  pipe = {};
  return error;
}

}  // namespace duplexd
