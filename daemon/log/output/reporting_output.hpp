#pragma once

#include "daemon/log/output/log_output.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace duplexd {

/// An output, with what it has lost: it gets a line that says so once it works again, and others can be told
/// that it does not. The writing thread's.
class ReportingOutput {
 public:
  using Clock = std::chrono::steady_clock;

  ReportingOutput(std::string name, std::unique_ptr<LogOutput> output)
      : name_(std::move(name)), output_(std::move(output)) {}

  // Each returns how many lines were lost.
  std::size_t put(const LogLine& line) {
    was_used_ = true;
    return count(output_->put(line));
  }
  std::size_t flush() { return count(output_->flush()); }
  std::size_t reopen() { return count(output_->reopen()); }
  bool is_waiting() const noexcept { return output_->is_waiting(); }

  /// Writes how many lines it has not got since it was last told: those and `elsewhere`, before they came
  /// here. Returns how many others were lost with this line.
  std::size_t tell_dropped(std::uint64_t elsewhere);

  /// What the others are to be told of it: that it has begun to lose lines, and why if that is known, or
  /// works again. None: nothing new, or they were told less than ten seconds ago.
  std::optional<LogLine> change();

 private:
  std::size_t count(std::size_t lost) noexcept;

  const std::string name_;
  const std::unique_ptr<LogOutput> output_;
  std::uint64_t lost_ = 0;
  std::uint64_t told_ = 0;          // of lines that were not got
  std::uint64_t lost_at_look_ = 0;  // when change() was last asked
  std::uint64_t lost_at_change_ = 0;
  bool owes_report_ = false;  // it did not take the last one
  bool was_used_ = false;     // since change() was last asked
  bool is_said_to_fail_ = false;
  Clock::time_point next_change_{};
};

}  // namespace duplexd
