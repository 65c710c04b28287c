#include "tests/bench/load/cpu_clocks.hpp"

#include "tests/bench/system.hpp"

#include <stdexcept>
#include <string>

namespace duplexd::bench {

CpuClocks::CpuClocks(const std::vector<pid_t>& processes) {
  for (const pid_t process : processes) {
    clockid_t clock{};
    if (::clock_getcpuclockid(process, &clock) != 0)
      throw std::runtime_error("--cpu-of: there is no process " + std::to_string(process));
    clocks_.push_back(clock);
  }
}

double CpuClocks::seconds() const {
  double sum = 0;
  for (const clockid_t clock : clocks_) {
    timespec used{};
    checked(::clock_gettime(clock, &used), "--cpu-of: clock_gettime");
    sum += static_cast<double>(used.tv_sec) + static_cast<double>(used.tv_nsec) * 1e-9;
  }
  return sum;
}

}  // namespace duplexd::bench
