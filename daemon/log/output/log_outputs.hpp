#pragma once

#include "core/metrics/counters.hpp"
#include "daemon/log/output/patience.hpp"
#include "daemon/log/output/reporting_output.hpp"

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace duplexd {

/// An output, and what the others are told about it by.
struct NamedOutput {
  std::string name;
  std::unique_ptr<LogOutput> output;
  bool is_last_resort = false;  ///< gets no lines, and is told of the others only
};

/// Makes the outputs; their Patience outlives them.
using OpenOutputs = std::function<std::vector<NamedOutput>(const Patience&)>;

/// All outputs of the log, which get the same lines. What one loses, that one and the others are told. The
/// writing thread's.
class LogOutputs {
 public:
  explicit LogOutputs(std::vector<NamedOutput> outputs);

  void put(const LogLine& line);
  void flush();
  void reopen();
  /// Writes what has to be told: each output has missed its own losses, and those `elsewhere`, before lines
  /// came here.
  void report_losses(std::uint64_t elsewhere);
  bool is_waiting() const noexcept;

  std::uint64_t lost() const noexcept { return lost_.value(); }  ///< any thread

 private:
  void put_except(const ReportingOutput& output, const LogLine& line);

  std::deque<ReportingOutput> outputs_;
  std::unique_ptr<LogOutput> last_resort_;  // null: there is none
  Counter lost_;
};

}  // namespace duplexd
