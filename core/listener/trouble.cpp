#include "core/listener/trouble.hpp"

namespace duplexd {

namespace {
constexpr Tick quiet = 50;  // ticks without trouble that end an episode
}

bool NoticeGate::try_pass(std::chrono::steady_clock::time_point now) noexcept {
  const std::int64_t ticks = now.time_since_epoch().count();
  std::int64_t opens_at = opens_at_.load(std::memory_order_relaxed);
  if (ticks < opens_at) return false;
  const std::int64_t next = (now + std::chrono::seconds(1)).time_since_epoch().count();
  return opens_at_.compare_exchange_strong(opens_at, next, std::memory_order_relaxed);
}

void Trouble::on_trouble(Tick now, Notice::Kind kind, int error) noexcept {
  last_ = now;
  ++pauses_;
  if (!open_) {
    open_ = true;
    kind_ = kind;
    error_ = error;
  }
  try_report();
}

void Trouble::on_tick(Tick now) noexcept {
  if (!open_) return;
  try_report();
  if (!reported_ || now - last_ < quiet || !gate_.try_pass(std::chrono::steady_clock::now())) return;
  sink_.notice(
      {.kind = Notice::Kind::accept_resumed, .worker = worker_, .subject = listener_, .count = pauses_});
  open_ = reported_ = false;
  pauses_ = 0;
}

void Trouble::try_report() noexcept {
  if (reported_ || !gate_.try_pass(std::chrono::steady_clock::now())) return;
  reported_ = true;
  sink_.notice({.kind = kind_, .worker = worker_, .subject = listener_, .error = error_, .count = pauses_});
}

}  // namespace duplexd
