#pragma once

#include "core/net/pipe_pool.hpp"
#include "core/net/socket/stream.hpp"
#include "core/session/host.hpp"

#include <cstddef>
#include <cstdint>

namespace duplexd {

/// Bytes that a direction has taken from its sender and its receiver has not taken yet. While a handler runs
/// they lie in the worker's scratch buffer, or in a leased pipe, through which they go from socket to socket
/// without being copied. What is left when it returns stays in the pipe, or is kept in a leased buffer.
///
/// Part of a chain, and as that used by its worker's thread only. Who destroys it has called release().
class Cargo {
 public:
  enum class By : std::uint8_t { copy, pipe };

  Cargo() noexcept = default;
  Cargo(const Cargo&) = delete;
  Cargo& operator=(const Cargo&) = delete;

  /// Takes what `sender` has. Nothing may be left of what was taken before. Where no pipe is to be had, and
  /// at the end of the stream, it copies: spliced() tells.
  IoResult take(SessionHost& host, int sender, By by) noexcept;
  bool spliced() const noexcept { return pipe_ != nullptr; }

  /// Gives to `receiver` what it takes now of the last `left` bytes.
  IoResult give(SessionHost& host, int receiver, std::size_t left) noexcept;

  /// Lets the last `left` bytes stay when the handler returns. False: there is no memory for them.
  bool keep(SessionHost& host, std::size_t left) noexcept;

  /// Returns what it has leased. If anything is `left` that is lost.
  void release(SessionHost& host, std::size_t left) noexcept;

 private:
  std::byte* buffer_ = nullptr;
  Pipe* pipe_ = nullptr;
  std::uint32_t taken_ = 0;
};

}  // namespace duplexd
