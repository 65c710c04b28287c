#include "core/upstream/endpoint.hpp"

#include <algorithm>
#include <chrono>

namespace duplexd {

Millis now_in_millis() noexcept {
  using namespace std::chrono;
  return duration_cast<milliseconds>(steady_clock::now().time_since_epoch()).count() + 1;
}

std::string_view to_word(Standing standing) noexcept {
  switch (standing) {
    case Standing::up:
      return "up";
    case Standing::ejected:
      return "ejected";
    case Standing::down:
      return "down";
    case Standing::drained:
      return "drained";
    case Standing::disabled:
      break;
  }
  return "disabled";
}

std::string_view to_word(OperatorWord word) noexcept {
  switch (word) {
    case OperatorWord::drain:
      return "drain";
    case OperatorWord::disable:
      return "disable";
    case OperatorWord::none:
      break;
  }
  return "";
}

Standing Endpoint::standing() const noexcept {
  switch (of_name_.word.load(std::memory_order_relaxed)) {
    case OperatorWord::drain:
      return Standing::drained;
    case OperatorWord::disable:
      return Standing::disabled;
    case OperatorWord::none:
      break;
  }
  return found_down_.load(std::memory_order_relaxed) ? Standing::down : Standing::up;
}

Standing Endpoint::standing_in_all() const noexcept {
  const Standing told = standing();
  return told == Standing::up && trust_.ejected() ? Standing::ejected : told;
}

void Endpoint::add_to(Totals::Endpoint& row) const noexcept {
  const Sessions now = sessions();
  row.chosen += now.taken;
  row.live += now.live;
  row.connected += connected_.load(std::memory_order_relaxed);
  for (std::size_t i = 0; i < failure_count; ++i)
    row.failed[first_failure + i] += failed_[i].load(std::memory_order_relaxed);
  const auto ended = [this](CheckResult::Outcome outcome) {
    return checks_[static_cast<std::size_t>(outcome)].value();
  };
  row.checks_passed += ended(CheckResult::Outcome::passed);
  row.checks_failed += ended(CheckResult::Outcome::failed);
  row.checks_not_made += ended(CheckResult::Outcome::not_made);
  row.usual_connect = std::max(row.usual_connect, trust_.usual());
}

// A session that leaves after it was looked for is still counted here: there never are more than `most`.
EndpointHold::EndpointHold(const Endpoint& endpoint, std::uint64_t most) noexcept : endpoint_(&endpoint) {
  if (most == any) {
    endpoint.taken_.fetch_add(1, std::memory_order_relaxed);
    return;
  }
  std::uint64_t taken = endpoint.taken_.load(std::memory_order_relaxed);
  do {
    if (taken - endpoint.left_.load(std::memory_order_seq_cst) >= most) {
      endpoint_ = nullptr;
      return;
    }
  } while (!endpoint.taken_.compare_exchange_weak(taken, taken + 1, std::memory_order_relaxed));
}

}  // namespace duplexd
