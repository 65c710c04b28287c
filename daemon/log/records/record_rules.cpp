#include "daemon/log/records/record_rules.hpp"

#include "daemon/log/line/event_kind.hpp"
#include "daemon/log/records/record_choice.hpp"

#include <utility>

namespace duplexd {

void RecordRules::set(const LogConfig& log) {
  auto fields = log.fields.empty() ? nullptr : std::make_shared<const Fields>(log.fields);
  constexpr auto relaxed = std::memory_order_relaxed;
  level_.store(log.level, relaxed);
  empty_.store(log.empty, relaxed);
  sample_.store(log.sample, relaxed);
  recent_.store(log.recent, relaxed);
  start_.store(log.start, relaxed);
  const auto interval = std::chrono::duration_cast<std::chrono::seconds>(log.interval);
  interval_.store(static_cast<std::uint32_t>(interval.count()), relaxed);
  const std::lock_guard lock(fields_mutex_);
  fields_ = std::move(fields);
}

RecordRules::Choice RecordRules::choice(const SessionEnd& end) const noexcept {
  const bool is_shown = shows(traits_of(EventKind::session).level);
  // Who wants to know of trouble only pays for that only.
  Choice choice{.is_written = is_shown, .is_kept = recent() > 0 && (is_shown || !ended_well(end))};
  if (!empty_.load(std::memory_order_relaxed) && left_without_a_byte(end)) choice.is_written = false;
  if (sample() > 1 && ended_well(end)) {
    choice.sample = sample();
    choice.is_written &= is_sampled(end.id, choice.sample);
  }
  return choice;
}

RecordRules::Choice RecordRules::choice(SessionMoment moment, const SessionEnd& so_far) const noexcept {
  const SessionTracing wanted = tracing();
  const bool is_wanted = moment == SessionMoment::started ? wanted.start : wanted.interval.count() > 0;
  return {.is_written = is_wanted && is_sampled(so_far.id, sample()), .is_kept = false, .sample = sample()};
}

SessionTracing RecordRules::tracing() const noexcept {
  if (!shows(traits_of(EventKind::session_started).level)) return {};
  return {start_.load(std::memory_order_relaxed),
          std::chrono::seconds(interval_.load(std::memory_order_relaxed))};
}

}  // namespace duplexd
