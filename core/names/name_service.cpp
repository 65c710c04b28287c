#include "core/names/name_service.hpp"

#include "core/memory/owning_handler.hpp"
#include "core/names/name_table.hpp"

#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/wait_traits.hpp>

#include <new>
#include <optional>
#include <random>
#include <utility>

namespace duplexd {
namespace {

using Clock = NameTable::Clock;

constexpr int told_in_one_turn = 64;
constexpr Clock::time_point never = Clock::time_point::max();

NameTable::Moment now() noexcept { return {Clock::now(), std::chrono::system_clock::now()}; }

}  // namespace

/// The source answers, and subscriptions come and go, at any time: what that leads to is done in on_time(),
/// on a stack of its own.
class NameService::Impl : public std::enable_shared_from_this<Impl> {
 public:
  Impl(boost::asio::io_context& control, std::unique_ptr<NameSource> source)
      : source_(std::move(source)), timer_(std::in_place, control) {
    source_->answered = [this](NameSource::Number question, NameAnswer answer) {
      table_.answer(question, std::move(answer), now());
      wake_if_possible();
    };
  }

  /// Gives this timer and that of the source their places in Asio's heap of timers.
  void start() { wait_until(Clock::time_point{}); }

  void stop() noexcept {
    source_.reset();
    timer_.reset();
  }

  std::unique_ptr<Interest> add(const std::string& host, Duration interval, OnChange on_change) {
    auto interest = table_.add(host, interval, std::move(on_change), now().steady);
    try {
      wake();
    } catch (const std::bad_alloc&) {
      remove(std::move(interest));
      throw;
    }
    return interest;
  }

  void remove(std::unique_ptr<Interest> interest) noexcept {
    const auto open = table_.remove(std::move(interest));
    if (open && source_) source_->forget(*open);
  }

  NameTable& table() noexcept { return table_; }

  AsioHandlerMemory& handler_memory() noexcept { return memory_; }

 private:
  using Timer = boost::asio::basic_waitable_timer<Clock, boost::asio::wait_traits<Clock>,
                                                  boost::asio::io_context::executor_type>;

  void wake() { wait_until(table_.has_news() ? Clock::time_point{} : table_.due()); }

  // Its one wait is not replaced but cut short, so that it always finds its memory free.
  void wait_until(Clock::time_point due) {
    if (!timer_ || due >= awaited_) return;
    if (awaited_ != never) {
      timer_->cancel();
    } else {
      timer_->expires_at(due);
      timer_->async_wait(OwningHandler<&Impl::on_time>(shared_from_this()));
    }
    awaited_ = due;
  }

  // Asio's heap of timers had room for this one before: only others that came meanwhile can make it grow.
  // Without memory for that the service rests until the next answer or subscription.
  void wake_if_possible() noexcept {
    try {
      wake();
    } catch (const std::bad_alloc&) {
    }
  }

  void on_time(const boost::system::error_code&) {
    awaited_ = never;
    if (!source_) return;
    const NameTable::Moment moment = now();
    while (const auto question = table_.give_up(moment)) source_->forget(*question);
    while (const auto question = table_.next_question(moment.steady)) ask(*question);
    for (int i = 0; i < told_in_one_turn && source_ && table_.has_news(); ++i) (*table_.next_news())();
    wake_if_possible();
  }

  void ask(const NameTable::Question& question) noexcept {
    try {
      source_->ask(question.host, question.number);
    } catch (const std::bad_alloc&) {
      table_.answer(question.number, {{}, out_of_memory}, now());
    }
  }

  std::unique_ptr<NameSource> source_;  // none: stopped
  AsioHandlerMemory memory_;
  std::optional<Timer> timer_;
  Clock::time_point awaited_ = never;
  NameTable table_{std::random_device{}()};
};

NameService::NameService(boost::asio::io_context& control, std::unique_ptr<NameSource> source)
    : impl_(std::make_shared<Impl>(control, std::move(source))) {
  impl_->start();
}

NameService::~NameService() { impl_->stop(); }

NameService::Subscription NameService::subscribe(const std::string& host, Duration interval,
                                                 OnChange on_change) {
  return {impl_, impl_->add(host, interval, std::move(on_change))};
}

void NameService::remember(NameRecords records) noexcept { impl_->table().remember(std::move(records)); }

NameRecords NameService::records() const { return impl_->table().records(); }

NameService::Subscription::Subscription() noexcept = default;

NameService::Subscription::Subscription(std::shared_ptr<Impl> impl,
                                        std::unique_ptr<Interest> interest) noexcept
    : impl_(std::move(impl)), interest_(std::move(interest)) {}

NameService::Subscription::Subscription(Subscription&& other) noexcept = default;

NameService::Subscription& NameService::Subscription::operator=(Subscription&& other) noexcept {
  const Subscription ended(std::move(*this));
  impl_ = std::move(other.impl_);
  interest_ = std::move(other.interest_);
  return *this;
}

NameService::Subscription::~Subscription() {
  if (interest_) impl_->remove(std::move(interest_));
}

const NameState& NameService::Subscription::state() const noexcept { return interest_->name->state; }

const std::string& NameService::Subscription::host() const noexcept { return interest_->name->host; }

bool NameService::Subscription::awaits_answer() const noexcept { return interest_->awaits_answer; }

bool NameService::Subscription::has_news() const noexcept { return interest_->has_news(); }

}  // namespace duplexd
