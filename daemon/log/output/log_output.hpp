#pragma once

#include "daemon/log/line/log_line.hpp"

#include <cstddef>

namespace duplexd {

/// Where lines go. Used by the writing thread alone. Both calls may wait as long as their Patience allows,
/// and return how many lines were lost in the meantime.
class LogOutput {
 public:
  virtual ~LogOutput() = default;

  /// Takes the line; it may be kept until flush().
  [[nodiscard]] virtual std::size_t put(const LogLine& line) = 0;
  [[nodiscard]] virtual std::size_t flush() = 0;
};

}  // namespace duplexd
