#include "core/net/poller.hpp"

#include "core/memory/handler.hpp"
#include "core/net/watched_socket.hpp"

#include <cerrno>
#include <system_error>

namespace duplexd {

Poller::Readiness::Readiness(Poller& poller) noexcept
    : reactor_op({}, &Readiness::perform,
                 [](void*, Operation*, const boost::system::error_code&, std::size_t) {}),
      poller_(poller) {}

Poller::Readiness::status Poller::Readiness::perform(reactor_op* self) {
  static_cast<Readiness*>(self)->poller_.collect();
  return not_done;
}

Poller::Poller(boost::asio::io_context& context)
    : execution_context_service_base(context),
      scheduler_(boost::asio::use_service<boost::asio::detail::scheduler>(context)),
      reactor_(boost::asio::use_service<boost::asio::detail::epoll_reactor>(context)),
      set_(::epoll_create1(EPOLL_CLOEXEC)) {
  if (!set_) throw std::system_error(errno, std::system_category(), "epoll_create1");
  reactor_.init_task();
  const int error = reactor_.register_internal_descriptor(boost::asio::detail::epoll_reactor::read_op,
                                                          set_.get(), state_, &readiness_);
  if (error == 0) return;
  shutdown();
  throw std::system_error(error, std::system_category(), "epoll_ctl");
}

void Poller::shutdown() noexcept {
  reactor_.deregister_internal_descriptor(set_.get(), state_);
  reactor_.cleanup_descriptor_data(state_);
}

int Poller::control(int action, int socket, std::uint32_t events, WatchedSocket* watch) noexcept {
  epoll_event event{.events = events | EPOLLET, .data = {.ptr = watch}};
  return ::epoll_ctl(set_.get(), action, socket, &event) == 0 ? 0 : errno;
}

// Handlers may destroy any socket, so all events are told before the first one runs.
void Poller::collect() {
  const int count = wait();
  // Readiness of the set is told once, too, and there may be more.
  if (count == batch && !memory_.busy()) {
    complete_later(WaitOperation<Handler<&Poller::on_turn>>::make(Handler<&Poller::on_turn>(*this)));
  }
  Operations ready;
  for (int i = 0; i < count; ++i) {
    const epoll_event& event = events_[static_cast<std::size_t>(i)];
    static_cast<WatchedSocket*>(event.data.ptr)->on_events(event.events, ready);
  }
  complete(ready);
}

void Poller::on_turn(const boost::system::error_code&) { collect(); }

int Poller::wait() noexcept {
  int count = 0;
  do count = ::epoll_wait(set_.get(), events_.data(), batch, 0);
  while (count < 0 && errno == EINTR);
  return count;
}

void Poller::complete(Operations& waits) {
  while (Operation* const wait = waits.front()) {
    waits.pop();
    wait->complete(&scheduler_, {}, 0);
    scheduler_.work_finished();
  }
}

}  // namespace duplexd
