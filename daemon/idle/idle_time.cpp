#include "daemon/idle/idle_time.hpp"

#include <utility>

namespace duplexd {

std::optional<std::chrono::steady_clock::duration> IdleTime::after(const Use& use, Time now) noexcept {
  const bool somebody_came = std::exchange(uses_, use.uses) != use.uses;
  if (use.live > 0 || use.is_asked) {
    since_.reset();
    return std::nullopt;
  }
  if (somebody_came || !since_) since_ = now;
  return now - *since_;
}

}  // namespace duplexd
