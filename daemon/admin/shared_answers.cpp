#include "daemon/admin/shared_answers.hpp"

#include <algorithm>
#include <utility>

namespace duplexd {

const ControlResponse* SharedAnswers::find(std::string_view key, Clock::time_point now) {
  save_up(now);
  std::erase_if(kept_, [&](const Kept& each) {
    return saved_ > Clock::duration::zero() || now - each.since > freshest;
  });
  const auto found = std::ranges::find(kept_, key, &Kept::key);
  return found == kept_.end() ? nullptr : &found->response;
}

void SharedAnswers::made(std::string_view key, const ControlResponse& response, Clock::time_point began,
                         Clock::time_point ended) {
  save_up(ended);
  saved_ = std::max<Clock::duration>(saved_ - (ended - began), -freshest);
  if (saved_ > Clock::duration::zero()) return;
  std::erase_if(kept_, [&](const Kept& each) { return each.key == key; });
  kept_.push_back({std::string(key), response, ended});
}

void SharedAnswers::save_up(Clock::time_point now) noexcept {
  const auto since = std::exchange(saved_at_, now).value_or(now);
  saved_ = std::min<Clock::duration>(saved_ + (now - since) / share_of_time, most_saved);
}

}  // namespace duplexd
