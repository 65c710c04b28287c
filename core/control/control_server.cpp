#include "core/control/control_server.hpp"

#include "core/control/control_acceptor.hpp"
#include "core/control/control_client.hpp"
#include "core/memory/owning_handler.hpp"

#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/wait_traits.hpp>
#include <boost/system/system_error.hpp>

#include <utility>

namespace duplexd {

namespace {
constexpr std::chrono::milliseconds sweep_interval{100};
}

/// The sweep is one timer for the deadlines of all clients and the pauses of the acceptor. It runs only while
/// there are any.
class ControlServer::Impl : public std::enable_shared_from_this<Impl> {
 public:
  Impl(boost::asio::io_context& control, Answer answer, ControlLimits limits, ControlEntrance entrance)
      : shared_(std::make_shared<ControlShared>(
            ControlShared{control.get_executor(), std::move(answer), limits, std::move(entrance)})),
        acceptor_(std::make_shared<ControlAcceptor>(shared_, [this] { sweep_later(); })),
        timer_(control.get_executor()) {}

  int start(FileDescriptor& listening) { return acceptor_->start(listening); }

  void stop_listening() noexcept { acceptor_->stop(); }

  void finish() noexcept {
    acceptor_->stop();
    shared_->finishing = true;
    for (auto next = shared_->clients.begin(); next != shared_->clients.end();) {
      const auto client = *next++;
      if (client->idle()) client->end();
    }
  }

  void stop() noexcept {
    stopped_ = true;
    acceptor_->stop();
    timer_.cancel();
    while (!shared_->clients.empty()) std::shared_ptr(shared_->clients.front())->end();
  }

  ControlStats stats() const noexcept {
    ControlStats stats = shared_->stats;
    stats.clients = shared_->clients.size();
    stats.handler_memory_fallbacks += memory_.fallbacks() + acceptor_->handler_memory().fallbacks();
    for (const auto& client : shared_->clients) {
      stats.handler_memory_fallbacks += client->handler_memory().fallbacks();
    }
    return stats;
  }

  AsioHandlerMemory& handler_memory() noexcept { return memory_; }

 private:
  using Timer = boost::asio::basic_waitable_timer<std::chrono::steady_clock,
                                                  boost::asio::wait_traits<std::chrono::steady_clock>,
                                                  boost::asio::io_context::executor_type>;

  void sweep_later() {
    if (std::exchange(sweeping_, true)) return;
    timer_.expires_after(sweep_interval);
    timer_.async_wait(OwningHandler<&Impl::on_sweep>(shared_from_this()));
  }

  void on_sweep(const boost::system::error_code&) {
    sweeping_ = false;
    if (stopped_) return;
    const auto now = std::chrono::steady_clock::now();
    for (auto next = shared_->clients.begin(); next != shared_->clients.end();) {
      const auto client = *next++;
      client->on_sweep(now);
    }
    acceptor_->resume();
    if (acceptor_->paused() || !shared_->clients.empty()) sweep_later();
  }

  AsioHandlerMemory memory_;
  const std::shared_ptr<ControlShared> shared_;
  const std::shared_ptr<ControlAcceptor> acceptor_;
  Timer timer_;
  bool sweeping_ = false;
  bool stopped_ = false;
};

ControlServer::ControlServer(boost::asio::io_context& control, FileDescriptor listening, Answer answer,
                             ControlLimits limits, ControlEntrance entrance)
    : impl_(std::make_shared<Impl>(control, std::move(answer), limits, std::move(entrance))) {
  if (const int error = impl_->start(listening)) {
    throw boost::system::system_error(error, boost::system::system_category(), "control socket");
  }
}

ControlServer::~ControlServer() { stop(); }

void ControlServer::stop_listening() noexcept { impl_->stop_listening(); }
void ControlServer::finish() noexcept { impl_->finish(); }
void ControlServer::stop() noexcept { impl_->stop(); }
ControlStats ControlServer::stats() const noexcept { return impl_->stats(); }

}  // namespace duplexd
