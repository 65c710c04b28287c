#pragma once

#include "core/health/check_result.hpp"

#include <cstdint>

namespace duplexd {

/// What checks have found an endpoint to be. An unchecked one counts as up.
enum class Health : std::uint8_t { unchecked, up, down };

constexpr bool counts_as_up(Health health) noexcept { return health != Health::down; }

/// How many results in a row against a state it takes to change it.
struct Thresholds {
  unsigned rise = 2;
  unsigned fall = 3;
};

/// Turns the results of the checks of one endpoint into its health. The first one decides at once: a process
/// that has just started knows nothing better.
class RiseAndFall {
 public:
  RiseAndFall() noexcept = default;
  /// Goes on where another one was.
  RiseAndFall(Health health, unsigned against) noexcept : health_(health), against_(against) {}

  Health health() const noexcept { return health_; }
  /// Results in a row that contradict it.
  unsigned against() const noexcept { return against_; }

  /// Returns whether the health is another one now. A check that was not made changes nothing.
  bool take(CheckResult::Outcome outcome, Thresholds thresholds) noexcept;

 private:
  bool become(Health health) noexcept;

  Health health_ = Health::unchecked;
  unsigned against_ = 0;
};

}  // namespace duplexd
