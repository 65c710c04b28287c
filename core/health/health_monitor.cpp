#include "core/health/health_monitor.hpp"

#include "core/health/make_check.hpp"
#include "core/health/roster.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <cstdint>
#include <exception>
#include <new>
#include <random>
#include <ratio>
#include <utility>

namespace duplexd {
namespace {

using Clock = Schedule::Clock;
using Number = Schedule::Number;

/// The thread wakes up at these ticks only: waking up costs as much as a check, and many share one.
using Ticks = std::chrono::duration<std::int64_t, std::ratio<1, 50>>;

Clock::time_point tick(Clock::time_point due) {
  return due == Schedule::never ? due : std::chrono::ceil<Ticks>(due);
}

/// Short enough to need no memory.
CheckResult out_of_memory() noexcept { return {CheckResult::Outcome::not_made, "no memory left", {}}; }

}  // namespace

/// One timer wakes it for the next check that begins or has to be given up.
class HealthMonitor::Impl : public std::enable_shared_from_this<Impl> {
 public:
  Impl(boost::asio::io_context& io, OnChange on_change, OnChecked on_checked)
      : io_(io),
        timer_(std::in_place, io),
        on_change_(std::move(on_change)),
        on_checked_(std::move(on_checked)) {}

  void stop() noexcept {
    timer_.reset();
    roster_.forget_all();
  }

  Roster& roster() noexcept { return roster_; }

  void wake() {
    const auto due = tick(roster_.schedule().due());
    if (!timer_ || due >= awaited_) return;
    timer_->expires_at(due);
    timer_->async_wait([self = weak_from_this(), due](const boost::system::error_code& error) {
      const auto monitor = self.lock();
      if (monitor && !error && monitor->awaited_ == due) monitor->on_time();
    });
    awaited_ = due;
  }

 private:
  void on_time() {
    awaited_ = Schedule::never;
    const auto now = Clock::now();
    while (const auto turn = timer_ ? roster_.schedule().next(now) : std::nullopt) take(*turn);
    wake();
  }

  void take(const Schedule::Turn& turn) {
    auto& endpoint = *roster_.find(turn.number);
    if (turn.kind == Schedule::Turn::Kind::begin) return begin(turn.number, endpoint);
    if (const auto running = endpoint.running)
      running->give_up.emit(boost::asio::cancellation_type::terminal);
  }

  void begin(Number number, CheckedEndpoint& endpoint) {
    ++endpoint.target.turn;
    try {
      const auto running = std::make_shared<RunningCheck>();
      endpoint.running = running;
      spawn(number, endpoint, running);
    } catch (const std::bad_alloc&) {
      end(number, out_of_memory());
    }
  }

  void spawn(Number number, const CheckedEndpoint& endpoint, const std::shared_ptr<RunningCheck>& running) {
    auto on_end = [self = weak_from_this(), number, running](const std::exception_ptr& error,
                                                             CheckResult result) {
      const auto monitor = self.lock();
      if (!monitor) return;
      monitor->end(number, error ? out_of_memory() : std::move(result));
      monitor->wake();
    };
    boost::asio::co_spawn(io_, make_check(io_.get_executor(), endpoint.target, endpoint.check),
                          boost::asio::bind_cancellation_slot(running->give_up.slot(), std::move(on_end)));
  }

  void end(Number number, CheckResult result) {
    auto* const endpoint = roster_.find(number);
    if (!endpoint) return;
    if (on_checked_) on_checked_(endpoint->id, result.outcome);
    const auto now = std::chrono::system_clock::now();
    RiseAndFall& health = endpoint->state.health;
    const bool counted = counts_as_up(health.health());
    if (health.take(result.outcome, endpoint->thresholds())) endpoint->state.since = now;
    endpoint->state.last = {std::move(result), now};
    endpoint->running.reset();
    roster_.schedule().change(number, endpoint->rhythm(), Clock::now());
    roster_.schedule().ended(number, Clock::now());
    if (const bool counts = counts_as_up(health.health()); counts != counted) tell(*endpoint, counts);
  }

  // A copy of the words, because the endpoint may be forgotten meanwhile.
  void tell(const CheckedEndpoint& endpoint, bool up) {
    const auto words = endpoint.state.last->result.words;
    on_change_(endpoint.id, up, words);
  }

  boost::asio::io_context& io_;
  std::optional<boost::asio::steady_timer> timer_;  // none: stopped
  Clock::time_point awaited_ = Schedule::never;
  const OnChange on_change_;
  const OnChecked on_checked_;
  Roster roster_{most_at_once, std::random_device{}()};
};

HealthMonitor::HealthMonitor(boost::asio::io_context& io, OnChange on_change, OnChecked on_checked)
    : impl_(std::make_shared<Impl>(io, std::move(on_change), std::move(on_checked))) {}

HealthMonitor::~HealthMonitor() { impl_->stop(); }

void HealthMonitor::watch(const std::string& group, const std::vector<Watched>& endpoints,
                          const std::shared_ptr<const CheckConfig>& check) {
  if (!check || check->type == CheckType::off) return forget(group);
  impl_->roster().set(group, endpoints, check, Clock::now());
  impl_->wake();
}

void HealthMonitor::forget(const std::string& group) noexcept { impl_->roster().forget(group); }

bool HealthMonitor::begin_with(const void* id, const CheckState& known) {
  const auto* const number = impl_->roster().number_of(id);
  if (!number) return false;
  auto& endpoint = *impl_->roster().find(*number);
  endpoint.state = known;
  impl_->roster().schedule().change(*number, endpoint.rhythm(), Clock::now());
  impl_->wake();
  return true;
}

bool HealthMonitor::check_now(const void* id) {
  const auto* const number = impl_->roster().number_of(id);
  if (!number) return false;
  impl_->roster().schedule().soon(*number, Clock::now());
  impl_->wake();
  return true;
}

std::optional<CheckState> HealthMonitor::state(const void* id) const {
  const auto* const number = impl_->roster().number_of(id);
  if (!number) return std::nullopt;
  return impl_->roster().find(*number)->state;
}

}  // namespace duplexd
