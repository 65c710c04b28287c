#pragma once

#include "tests/bench/stream.hpp"

#include <cstddef>
#include <cstdint>
#include <span>

namespace duplexd::bench {

/// Sends a message and compares the reply with it.
class Exchange {
 public:
  explicit Exchange(std::size_t size);

  /// Sends and receives without waiting. True when the whole reply has arrived; the next call then begins
  /// another message. Throws std::runtime_error if a byte is wrong, missing or too many.
  bool advance(Stream& stream);

 private:
  void receive(Stream& stream);

  std::span<const char> message_;
  std::size_t sent_ = 0;
  std::size_t received_ = 0;
};

/// Receives once, and throws std::runtime_error if a byte arrives, because none is due.
void expect_nothing_but_the_end(Stream& stream);

inline constexpr std::size_t largest_message = 1024 * 1024;

}  // namespace duplexd::bench
