#include "core/health/rise_and_fall.hpp"

namespace duplexd {

bool RiseAndFall::take(CheckResult::Outcome outcome, Thresholds thresholds) noexcept {
  if (outcome == CheckResult::Outcome::not_made) return false;
  const Health told = outcome == CheckResult::Outcome::passed ? Health::up : Health::down;
  if (told == health_) {
    against_ = 0;
    return false;
  }
  const unsigned needed = told == Health::up ? thresholds.rise : thresholds.fall;
  if (health_ == Health::unchecked || ++against_ >= needed) return become(told);
  return false;
}

bool RiseAndFall::become(Health health) noexcept {
  health_ = health;
  against_ = 0;
  return true;
}

}  // namespace duplexd
