#include "core/worker/sessions/session_killing.hpp"

#include <boost/asio/steady_timer.hpp>

#include <limits>
#include <memory>
#include <utility>

namespace duplexd {
namespace {

constexpr std::chrono::milliseconds pause_between_parts{50};

/// One order that is carried out. What it waits for keeps it.
class Killing : public std::enable_shared_from_this<Killing> {
 public:
  using Clock = std::chrono::steady_clock;

  Killing(boost::asio::io_context& control, WorkerGroup& workers, const KillOrder& order,
          std::function<void(const KillOutcome&)> on_done)
      : workers_(workers), order_(order), on_done_(std::move(on_done)), timer_(control) {}

  void go_on() {
    if (worker_ >= workers_.size())
      return on_done_({.matched = matched_, .ended = order_.dry_run ? 0 : matched_});
    const std::uint64_t most = may_end();
    if (most == 0) return wait();
    const auto part = std::make_shared<SessionKill>(SessionKill{
        .filter = order_.filter, .began = began_, .dry_run = order_.dry_run, .most = most, .next = slot_});
    workers_.ask(worker_, workers_[worker_].killing(part),
                 [self = shared_from_this(), part] { self->on_part(*part); });
  }

 private:
  std::uint64_t may_end() const noexcept {
    if (order_.dry_run) return std::numeric_limits<std::uint64_t>::max();
    return may_have_ended(Clock::now() - began_, order_.rate) - matched_;
  }

  void wait() {
    timer_.expires_after(pause_between_parts);
    timer_.async_wait(
        workers_.guard([self = shared_from_this()](const boost::system::error_code&) { self->go_on(); }));
  }

  void on_part(const SessionKill& part) {
    matched_ += part.matched;
    slot_ = part.next.value_or(0);
    if (!part.next) ++worker_;
    go_on();
  }

  WorkerGroup& workers_;
  const KillOrder order_;
  const std::function<void(const KillOutcome&)> on_done_;
  const Clock::time_point began_ = Clock::now();
  boost::asio::steady_timer timer_;
  std::size_t worker_ = 0;
  std::size_t slot_ = 0;
  std::uint64_t matched_ = 0;
};

}  // namespace

std::uint64_t may_have_ended(std::chrono::steady_clock::duration elapsed, std::uint64_t rate) noexcept {
  return 1 + static_cast<std::uint64_t>(std::chrono::duration<double>(elapsed).count() *
                                        static_cast<double>(rate));
}

void kill_sessions(boost::asio::io_context& control, WorkerGroup& workers, const KillOrder& order,
                   std::function<void(const KillOutcome&)> on_done) {
  std::make_shared<Killing>(control, workers, order, std::move(on_done))->go_on();
}

}  // namespace duplexd
