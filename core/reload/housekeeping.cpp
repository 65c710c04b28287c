#include "core/reload/housekeeping.hpp"

#include "core/memory/owning_handler.hpp"

#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <new>
#include <utility>

namespace duplexd {

namespace {
constexpr std::chrono::seconds housekeeping_interval{1};
}

/// One wait after the other, each with the memory of the one before.
class Housekeeping::Loop : public std::enable_shared_from_this<Loop> {
 public:
  Loop(boost::asio::io_context& control, std::function<void()> work)
      : timer_(control), work_(std::move(work)) {}

  void wait(std::chrono::seconds time) noexcept {
    timer_.expires_after(time);
    timer_.async_wait(OwningHandler<&Loop::on_timer>(shared_from_this()));
  }
  void ask() noexcept {
    asked_ = true;
    timer_.cancel();
  }
  void stop() noexcept {
    stopped_ = true;
    timer_.cancel();
  }

  AsioHandlerMemory& handler_memory() noexcept { return memory_; }

 private:
  void on_timer(const boost::system::error_code&) {
    if (stopped_) return;
    asked_ = false;
    try {
      work_();
    } catch (const std::bad_alloc&) {
      // What is left is done the next time.
    }
    if (!stopped_) wait(asked_ ? std::chrono::seconds(0) : housekeeping_interval);
  }

  AsioHandlerMemory memory_;
  boost::asio::steady_timer timer_;
  const std::function<void()> work_;
  bool asked_ = false;
  bool stopped_ = false;  // perhaps by the work itself
};

Housekeeping::Housekeeping(boost::asio::io_context& control, std::function<void()> work)
    : loop_(std::make_shared<Loop>(control, std::move(work))) {
  loop_->wait(housekeeping_interval);
}

Housekeeping::~Housekeeping() { loop_->stop(); }

void Housekeeping::ask() noexcept { loop_->ask(); }

}  // namespace duplexd
