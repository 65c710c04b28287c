#include "core/upstream/trust.hpp"

#include <algorithm>

namespace duplexd {
namespace {

constexpr auto relaxed = std::memory_order_relaxed;

// An answer that is so late is no usual delay: four times what connections take, and some time for
// scheduling.
Millis patience(std::chrono::microseconds usual) noexcept { return 5 + 4 * usual.count() / 1000; }

// 1, 2, 4 ... times the first one.
Duration ejection_time(const PassiveConfig& rules, std::uint32_t before) noexcept {
  const auto factor = std::int64_t{1} << std::min(before, 20U);
  return std::min(rules.ejection * factor, std::max(rules.longest, rules.ejection));
}

void decrease(std::atomic<std::uint32_t>& count) noexcept {
  std::uint32_t now = count.load(relaxed);
  while (now > 0 && !count.compare_exchange_weak(now, now - 1, relaxed)) {
  }
}

void clear(std::atomic<std::uint32_t>& count) noexcept {
  if (count.load(relaxed) != 0) count.store(0, relaxed);
}

}  // namespace

Trust::Answer Trust::ask(Millis now, const PassiveConfig& rules) const noexcept {
  if (!rules.enabled) return Answer::yes;
  const Millis until = ejected_until_.load(relaxed);
  if (until == 0) return is_late(now, rules) ? Answer::doubtful : Answer::yes;
  return now < until || on_trial(now, rules) ? Answer::no : Answer::trial;
}

bool Trust::on_trial(Millis now, const PassiveConfig& rules) const noexcept {
  const Millis since = trial_since_.load(relaxed);
  return since != 0 && now - since < rules.ejection.count();
}

bool Trust::begin_trial(Millis now, const PassiveConfig& rules) noexcept {
  Millis since = trial_since_.load(relaxed);
  if (since != 0 && now - since < rules.ejection.count()) return false;
  return trial_since_.compare_exchange_strong(since, now, relaxed);
}

// One that has never answered has no usual delay.
bool Trust::is_late(Millis now, const PassiveConfig& rules) const noexcept {
  const std::uint32_t waiting = unanswered_.load(relaxed);
  if (waiting == 0 || waiting + failures_.load(relaxed) < rules.failures) return false;
  const auto known = usual();
  return known.count() == 0 || now - waiting_since_.load(relaxed) > patience(known);
}

bool Trust::is_crowded(const PassiveConfig& rules) const noexcept {
  return rules.enabled && unanswered_.load(relaxed) + failures_.load(relaxed) > rules.failures;
}

// The kernel repeats a lost packet after a second (RFC 6298, section 2).
std::chrono::milliseconds Trust::short_wait() const noexcept {
  const auto known = usual();
  if (known.count() == 0) return std::chrono::milliseconds(1'000);
  return std::chrono::milliseconds(std::max<Millis>(250, patience(known)));
}

void Trust::on_attempt(Millis now) noexcept {
  if (unanswered_.fetch_add(1, relaxed) == 0) waiting_since_.store(now, relaxed);
}

void Trust::on_answer(Millis now, std::chrono::microseconds took) noexcept {
  waiting_since_.store(now, relaxed);
  decrease(unanswered_);
  clear(failures_);
  const auto known = usual().count();
  const auto mean = known == 0 ? took.count() : (7 * known + took.count()) / 8;
  usual_us_.store(static_cast<std::uint32_t>(std::clamp<std::int64_t>(mean, 1, 60'000'000)), relaxed);
  if (ejected() && early_resets_.load(relaxed) == 0) forgive();
}

bool Trust::on_failure(const PassiveConfig& rules, bool trial) noexcept {
  decrease(unanswered_);
  if (!rules.enabled) return false;
  if (ejected()) return trial;
  return failures_.fetch_add(1, relaxed) + 1 >= rules.failures;
}

void Trust::on_abandoned(bool trial) noexcept {
  decrease(unanswered_);
  if (trial) end_trial();
}

bool Trust::on_early_reset(Millis now, const PassiveConfig& rules) noexcept {
  if (!rules.enabled) return false;
  if (ejected()) return on_trial(now, rules);
  return early_resets_.fetch_add(1, relaxed) + 1 >= rules.failures;
}

void Trust::on_service() noexcept {
  clear(early_resets_);
  if (ejected()) forgive();
}

void Trust::eject(Millis now, const PassiveConfig& rules) noexcept {
  ejected_until_.store(now + ejection_time(rules, ejections_.fetch_add(1, relaxed)).count(), relaxed);
  clear(failures_);
  trial_since_.store(0, relaxed);
}

Trust::State Trust::state() const noexcept {
  return {ejected_until(), ejections_.load(relaxed), failures_.load(relaxed), early_resets_.load(relaxed)};
}

void Trust::begin_with(const State& earlier) noexcept {
  ejected_until_.store(earlier.ejected_until, relaxed);
  ejections_.store(earlier.ejections, relaxed);
  failures_.store(earlier.failures, relaxed);
  early_resets_.store(earlier.early_resets, relaxed);
}

void Trust::forgive() noexcept {
  ejected_until_.store(0, relaxed);
  clear(ejections_);
  clear(failures_);
  clear(early_resets_);
  trial_since_.store(0, relaxed);
}

}  // namespace duplexd
