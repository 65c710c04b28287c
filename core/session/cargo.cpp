#include "core/session/cargo.hpp"

#include <cassert>
#include <cerrno>
#include <cstring>
#include <utility>

namespace duplexd {

IoResult Cargo::take(SessionHost& host, int sender, By by) noexcept {
  assert(!buffer_);
  if (by == By::pipe && (pipe_ || (pipe_ = host.pipes.lease()))) {
    const IoResult in = splice_from(sender, pipe_->entrance.get(), host.pipes.pipe_size());
    // Nothing need not be the end of the stream yet, and what cannot be spliced can be read.
    if (!in.end_of_stream() && in.error != EINVAL) return in;
  }
  release(host, 0);
  const IoResult in = receive(sender, host.scratch);
  taken_ = static_cast<std::uint32_t>(in.bytes);
  return in;
}

IoResult Cargo::give(SessionHost& host, int receiver, std::size_t left) noexcept {
  if (pipe_) return splice_to(receiver, pipe_->exit.get(), left);
  const std::byte* const end = (buffer_ ? buffer_ : host.scratch.data()) + taken_;
  return send(receiver, {end - left, left});
}

bool Cargo::keep(SessionHost& host, std::size_t left) noexcept {
  if (pipe_) return true;
  assert(!buffer_ && left <= BufferPool::buffer_size);
  buffer_ = host.buffers.lease();
  if (!buffer_) return false;
  std::memcpy(buffer_, host.scratch.data() + taken_ - left, left);
  taken_ = static_cast<std::uint32_t>(left);
  return true;
}

void Cargo::release(SessionHost& host, std::size_t left) noexcept {
  if (Pipe* const pipe = std::exchange(pipe_, nullptr)) {
    left > 0 ? host.pipes.discard(pipe) : host.pipes.give_back(pipe);
  }
  if (std::byte* const buffer = std::exchange(buffer_, nullptr)) host.buffers.give_back(buffer);
}

}  // namespace duplexd
