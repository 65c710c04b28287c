#pragma once

#include <sys/types.h>

#include <ctime>
#include <vector>

namespace duplexd::bench {

/// The CPU time of processes: all threads, user and system time.
class CpuClocks {
 public:
  /// Throws std::runtime_error if the process does not exist.
  explicit CpuClocks(const std::vector<pid_t>& processes);

  bool empty() const noexcept { return clocks_.empty(); }
  double seconds() const;  ///< since each of them began, summed

 private:
  std::vector<clockid_t> clocks_;
};

}  // namespace duplexd::bench
