#include "core/session/relay/cargo.hpp"

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

bool Cargo::begin_with(SessionServices& services, std::span<const std::byte> bytes) noexcept {
  assert(left() == 0 && bytes.size() <= BufferPool::buffer_size);
  buffer_ = services.buffers.lease();
  if (!buffer_) return false;
  std::memcpy(buffer_, bytes.data(), bytes.size());
  end_ = static_cast<std::uint32_t>(bytes.size());
  return true;
}

bool Cargo::take_over(SessionServices& services, std::span<const std::byte> bytes, Pipe& pipe,
                      std::uint32_t piped) noexcept {
  if (!bytes.empty() && !begin_with(services, bytes)) return false;
  if (piped == 0) return true;
  pipe_ = services.pipes.take_over(pipe);
  if (pipe_) piped_ = piped;
  return pipe_ != nullptr;
}

IoResult Cargo::take(SessionServices& services, Leg& sender, By by, std::size_t most) noexcept {
  assert(left() == 0 && !buffer_);
  if (by == By::pipe && (pipe_ || (pipe_ = services.pipes.lease()))) {
    const IoResult in = sender.splice_to_pipe(pipe_->entrance.get(), std::min(most, pipe_->size));
    piped_ = static_cast<std::uint32_t>(in.bytes);
    // splice(2) may return 0 before the end of the stream: receive() tells them apart.
    if (!in.end_of_stream() && !is_refusal(in.error)) return in;
    if (in.error != 0) services.pipes.on_splice_refused(in.error, is_forbidden(in.error));
  }
  release(services);
  return copy_in(services, sender, most);
}

IoResult Cargo::copy_in(SessionServices& services, Leg& sender, std::size_t most) noexcept {
  const IoResult in =
      sender.receive(std::span(services.scratch).first(std::min(most, services.scratch.size())));
  begin_ = 0;
  end_ = static_cast<std::uint32_t>(in.bytes);
  return in;
}

IoResult Cargo::give(SessionServices& services, Leg& receiver) noexcept {
  if (begin_ < end_) return copy_out(services, receiver);
  const IoResult out = receiver.splice_from_pipe(pipe_->exit.get(), piped_);
  piped_ -= static_cast<std::uint32_t>(out.bytes);
  if (!is_refusal(out.error)) return out;
  services.pipes.on_splice_refused(out.error, is_forbidden(out.error));
  if (const int error = empty_into_scratch(services)) return {0, error};
  return copy_out(services, receiver);
}

IoResult Cargo::copy_out(SessionServices& services, Leg& receiver) noexcept {
  const std::byte* const bytes = buffer_ ? buffer_ : services.scratch.data();
  const IoResult out = receiver.send({bytes + begin_, end_ - begin_});
  begin_ += static_cast<std::uint32_t>(out.bytes);
  if (begin_ == end_) return_buffer(services);
  return out;
}

int Cargo::empty_into_scratch(SessionServices& services) noexcept {
  assert(!buffer_);
  const IoResult in = read_pipe(pipe_->exit.get(), services.scratch);
  begin_ = 0;
  end_ = static_cast<std::uint32_t>(in.bytes);
  piped_ -= end_;
  return in.error;
}

bool Cargo::keep(SessionServices& services) noexcept {
  if (begin_ == end_ || buffer_) return true;
  buffer_ = services.buffers.lease();
  if (!buffer_) return false;
  std::memcpy(buffer_, services.scratch.data() + begin_, end_ - begin_);
  end_ -= std::exchange(begin_, 0);
  return true;
}

void Cargo::release(SessionServices& services) noexcept {
  if (Pipe* const pipe = std::exchange(pipe_, nullptr)) {
    piped_ > 0 ? services.pipes.discard(pipe) : services.pipes.give_back(pipe);
  }
  return_buffer(services);
  piped_ = 0;
}

void Cargo::return_buffer(SessionServices& services) noexcept {
  if (std::byte* const buffer = std::exchange(buffer_, nullptr)) services.buffers.give_back(buffer);
  begin_ = end_ = 0;
}

}  // namespace duplexd
