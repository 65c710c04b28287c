#pragma once

#include "daemon/log/line/log_line.hpp"

#include <cstddef>

namespace duplexd {

/// Where lines go. Used by the writing thread alone. Calls may wait as long as their Patience allows, and
/// return how many lines were lost in the meantime.
class LogOutput {
 public:
  virtual ~LogOutput() = default;

  /// Takes the line; it may be kept until flush().
  [[nodiscard]] virtual std::size_t put(const LogLine& line) = 0;
  [[nodiscard]] virtual std::size_t flush() = 0;

  /// What it writes to may have been replaced: opens it anew.
  [[nodiscard]] virtual std::size_t reopen() { return 0; }

  /// Why lines that it takes do not come to where they should, as errno; 0: they do, or it cannot tell.
  virtual int error() const noexcept { return 0; }

  /// It has lines that flush() could not write yet, and may soon.
  virtual bool is_waiting() const noexcept { return false; }
};

}  // namespace duplexd
