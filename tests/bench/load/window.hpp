#pragma once

#include "tests/bench/load/cpu_clocks.hpp"
#include "tests/bench/load/histogram.hpp"

#include <chrono>
#include <cstdint>
#include <utility>

namespace duplexd::bench {

using Clock = std::chrono::steady_clock;

/// The time span that is measured. Counts outside of it are dropped.
class Window {
 public:
  explicit Window(CpuClocks cpu) : cpu_(std::move(cpu)) {}

  void open() {
    is_open_ = true;
    cpu_seconds_ = -cpu_.seconds();
    opened_ = Clock::now();
  }
  void close() {
    seconds_ = since_opened();
    cpu_seconds_ += cpu_.seconds();
    is_open_ = false;
  }

  void count(std::uint64_t units) noexcept {
    if (is_open_) units_ += units;
  }
  void count_one(Clock::duration latency) noexcept {
    if (!is_open_) return;
    ++units_;
    nanoseconds_.add(static_cast<std::uint64_t>(std::chrono::nanoseconds(latency).count()));
  }

  double since_opened() const { return std::chrono::duration<double>(Clock::now() - opened_).count(); }
  std::uint64_t units() const noexcept { return units_; }
  double seconds() const noexcept { return seconds_; }
  bool has_cpu() const noexcept { return !cpu_.empty(); }
  double cpu_seconds() const noexcept { return cpu_seconds_; }
  const Histogram& nanoseconds() const noexcept { return nanoseconds_; }  ///< the latencies

 private:
  CpuClocks cpu_;
  Clock::time_point opened_;
  double seconds_ = 0;
  double cpu_seconds_ = 0;
  bool is_open_ = false;
  std::uint64_t units_ = 0;
  Histogram nanoseconds_;
};

}  // namespace duplexd::bench
