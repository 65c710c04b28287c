#pragma once

#include "core/net/leg.hpp"
#include "core/net/pipe_pool.hpp"
#include "core/session/services.hpp"

#include <cstddef>
#include <cstdint>
#include <span>

namespace duplexd {

/// The bytes of a direction that its receiver has not taken yet. While a handler runs they lie in the
/// worker's scratch buffer, or in a leased pipe, through which they go from socket to socket without being
/// copied. What is left when the handler returns stays in the pipe, or is kept in a leased buffer.
///
/// Used by one worker's thread. release() comes before the destructor.
class Cargo {
 public:
  enum class By : std::uint8_t { copy, pipe };

  Cargo() noexcept = default;
  Cargo(const Cargo&) = delete;
  Cargo& operator=(const Cargo&) = delete;

  /// Bytes to give before any are taken: read ahead, or our own; at most BufferPool::buffer_size. False:
  /// there is no memory for them.
  bool begin_with(SessionServices& services, std::span<const std::byte> bytes) noexcept;

  /// Takes at most `most` bytes of what `sender` has. Nothing may be left of what was taken before. Where no
  /// pipe is to be had or splice(2) is refused, and at the end of the stream, it copies: spliced() tells.
  IoResult take(SessionServices& services, Leg& sender, By by, std::size_t most) noexcept;
  bool spliced() const noexcept { return pipe_ != nullptr; }

  /// Gives to `receiver` what it takes now. A pipe that may not be spliced from is emptied by copying.
  IoResult give(SessionServices& services, Leg& receiver) noexcept;

  std::size_t left() const noexcept { return end_ - begin_ + piped_; }

  /// Lets what is left stay when the handler returns. False: there is no memory for it.
  bool keep(SessionServices& services) noexcept;

  // Between two waits, for a session that goes to another process.
  std::span<const std::byte> copied() const noexcept { return {buffer_ + begin_, end_ - begin_}; }
  std::uint32_t piped() const noexcept { return piped_; }
  const Pipe* pipe() const noexcept { return pipe_; }
  /// Holds what another process held: some bytes, at most BufferPool::buffer_size, then those in `pipe`.
  /// Nothing may be left of before. False: a lack of memory or pipes.
  bool take_over(SessionServices& services, std::span<const std::byte> bytes, Pipe& pipe,
                 std::uint32_t piped) noexcept;

  /// Returns the leases. Bytes that are left are lost.
  void release(SessionServices& services) noexcept;

 private:
  IoResult copy_in(SessionServices& services, Leg& sender, std::size_t most) noexcept;
  IoResult copy_out(SessionServices& services, Leg& receiver) noexcept;
  int empty_into_scratch(SessionServices& services) noexcept;
  void return_buffer(SessionServices& services) noexcept;

  std::byte* buffer_ = nullptr;
  Pipe* pipe_ = nullptr;
  // The rest of the buffer, or of scratch, comes before the bytes in the pipe.
  std::uint32_t begin_ = 0;
  std::uint32_t end_ = 0;
  std::uint32_t piped_ = 0;
};

}  // namespace duplexd
