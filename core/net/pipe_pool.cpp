#include "core/net/pipe_pool.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <charconv>

namespace duplexd {

namespace {

// More are held only by receivers that are slow, and bulk for those can as well be copied.
constexpr std::size_t most_pipes = 128;
// The system's default for unprivileged processes.
constexpr std::size_t largest_pipe = 1024 * 1024;

/// A setting below /proc/sys/fs; 0 if there is none.
std::size_t setting(const char* path) noexcept {
  const FileDescriptor file(::open(path, O_RDONLY | O_CLOEXEC));
  std::array<char, 32> text{};
  const ssize_t size = ::read(file.get(), text.data(), text.size());
  std::size_t number = 0;
  if (size > 0) std::from_chars(text.data(), text.data() + size, number);
  return number;
}

}  // namespace

PipeLimits pipe_limits(std::size_t descriptors) noexcept {
  const std::size_t page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  const std::size_t size = std::min(largest_pipe, setting("/proc/sys/fs/pipe-max-size"));
  if (size < page) return {};
  // Of a user without CAP_SYS_RESOURCE; other processes are theirs, too. 0: as many as they like.
  const std::size_t user_pages = setting("/proc/sys/fs/pipe-user-pages-soft");
  const std::size_t affordable = user_pages == 0 ? most_pipes : user_pages / (size / page) / 2;
  return {.pipes = std::min({most_pipes, affordable, descriptors / 2}), .size = size};
}

PipePool::PipePool(const PipeLimits& limits) : size_(limits.size), pipes_(limits.pipes) {
  free_.reserve(pipes_.size());
  for (Pipe& pipe : pipes_) free_.push_back(&pipe);
}

PipePool::~PipePool() { assert(leased() == 0); }

Pipe* PipePool::lease() noexcept {
  if (forbidden_ || free_.empty()) return nullptr;
  Pipe* const pipe = free_.back();
  if (!pipe->exit && !open(*pipe)) return nullptr;
  free_.pop_back();
  return pipe;
}

void PipePool::discard(Pipe* pipe) noexcept {
  *pipe = {};
  give_back(pipe);
}

bool PipePool::open(Pipe& pipe) const noexcept {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_NONBLOCK | O_CLOEXEC) != 0) return false;
  pipe = {.entrance = FileDescriptor(ends[1]), .exit = FileDescriptor(ends[0])};
  // A user beyond the limit gets pipes of a page or two, which are worse than copying.
  if (::fcntl(pipe.entrance.get(), F_SETPIPE_SZ, static_cast<int>(size_)) >= 0) return true;
  pipe = {};
  return false;
}

}  // namespace duplexd
