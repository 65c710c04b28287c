#include "core/session/cargo.hpp"

#include <algorithm>
#include <cassert>
#include <cerrno>
#include <cstring>
#include <utility>

namespace duplexd {

namespace {

/// Whether splice(2) itself was refused, by a sandbox, for want of memory or for this kind of socket, so that
/// copying may go on. The errors of a connection are none of these.
bool is_refusal(int error) noexcept {
  return error == EPERM || error == EACCES || error == ENOSYS || error == ENOMEM || error == EOPNOTSUPP ||
         error == EINVAL;
}

/// Whether it will be refused always.
bool is_forbidden(int error) noexcept { return error == EPERM || error == EACCES || error == ENOSYS; }

}  // namespace

bool Cargo::begin_with(SessionHost& host, std::span<const std::byte> bytes) noexcept {
  assert(left() == 0 && bytes.size() <= BufferPool::buffer_size);
  buffer_ = host.buffers.lease();
  if (!buffer_) return false;
  std::memcpy(buffer_, bytes.data(), bytes.size());
  end_ = static_cast<std::uint32_t>(bytes.size());
  return true;
}

IoResult Cargo::take(SessionHost& host, Leg& sender, By by, std::size_t most) noexcept {
  assert(left() == 0 && !buffer_);
  if (by == By::pipe && (pipe_ || (pipe_ = host.pipes.lease()))) {
    const IoResult in = sender.splice_to_pipe(pipe_->entrance.get(), std::min(most, host.pipes.pipe_size()));
    piped_ = static_cast<std::uint32_t>(in.bytes);
    // 0 need not be the end of the stream yet: receive() knows.
    if (!in.end_of_stream() && !is_refusal(in.error)) return in;
    if (is_forbidden(in.error)) host.pipes.forbid();
  }
  release(host);
  return copy_in(host, sender, most);
}

IoResult Cargo::copy_in(SessionHost& host, Leg& sender, std::size_t most) noexcept {
  const IoResult in = sender.receive(std::span(host.scratch).first(std::min(most, host.scratch.size())));
  begin_ = 0;
  end_ = static_cast<std::uint32_t>(in.bytes);
  return in;
}

IoResult Cargo::give(SessionHost& host, Leg& receiver) noexcept {
  if (begin_ < end_) return copy_out(host, receiver);
  const IoResult out = receiver.splice_from_pipe(pipe_->exit.get(), piped_);
  piped_ -= static_cast<std::uint32_t>(out.bytes);
  if (!is_refusal(out.error)) return out;
  if (is_forbidden(out.error)) host.pipes.forbid();
  if (const int error = empty_into_scratch(host)) return {0, error};
  return copy_out(host, receiver);
}

IoResult Cargo::copy_out(SessionHost& host, Leg& receiver) noexcept {
  const std::byte* const bytes = buffer_ ? buffer_ : host.scratch.data();
  const IoResult out = receiver.send({bytes + begin_, end_ - begin_});
  begin_ += static_cast<std::uint32_t>(out.bytes);
  if (begin_ == end_) return_buffer(host);
  return out;
}

int Cargo::empty_into_scratch(SessionHost& host) noexcept {
  assert(!buffer_);
  const IoResult in = read_pipe(pipe_->exit.get(), host.scratch);
  begin_ = 0;
  end_ = static_cast<std::uint32_t>(in.bytes);
  piped_ -= end_;
  return in.error;
}

bool Cargo::keep(SessionHost& host) noexcept {
  if (begin_ == end_ || buffer_) return true;
  buffer_ = host.buffers.lease();
  if (!buffer_) return false;
  std::memcpy(buffer_, host.scratch.data() + begin_, end_ - begin_);
  end_ -= std::exchange(begin_, 0);
  return true;
}

void Cargo::release(SessionHost& host) noexcept {
  if (Pipe* const pipe = std::exchange(pipe_, nullptr)) {
    piped_ > 0 ? host.pipes.discard(pipe) : host.pipes.give_back(pipe);
  }
  return_buffer(host);
  begin_ = end_ = piped_ = 0;
}

void Cargo::return_buffer(SessionHost& host) noexcept {
  if (std::byte* const buffer = std::exchange(buffer_, nullptr)) host.buffers.give_back(buffer);
}

}  // namespace duplexd
