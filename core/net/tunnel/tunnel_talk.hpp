#pragma once

#include "core/net/tunnel/tunnel.hpp"

#include <cstddef>
#include <cstdint>
#include <span>

namespace duplexd {

/// What a proxy is asked until a tunnel is there: one question and one answer after the other. It has no
/// socket, and nothing here allocates. What it refers to outlives it.
class TunnelTalk {
 public:
  /// Of a question.
  static constexpr std::size_t most_asked = 1'536;
  /// Of an answer: who has seen so many bytes has been told something else than `more`.
  static constexpr std::size_t most_heard = 16'384;

  TunnelTalk(const Tunnel& tunnel, const TunnelTarget& target) noexcept;

  /// The tunnel is there: what the proxy sends next is the endpoint's.
  bool done() const noexcept { return step_ == Step::done; }

  /// Writes what is to be sent next, and returns its size; 0: it is larger than `into`.
  std::size_t ask(std::span<std::byte> into) const noexcept;

  /// What the bytes that have come since mean. With `yes` the next question is due, unless it is done().
  TunnelAnswer hear(std::span<const std::byte> seen) noexcept;

 private:
  enum class Step : std::uint8_t { methods, login, request, connect, done };

  TunnelAnswer read(std::span<const std::byte> seen) const noexcept;

  const Tunnel& tunnel_;
  const TunnelTarget target_;
  Step step_;
};

}  // namespace duplexd
