#include "daemon/log/queue/wake_up.hpp"

#include <poll.h>
#include <sys/eventfd.h>

#include <cerrno>
#include <system_error>

namespace duplexd {

WakeUp::WakeUp() : event_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (!event_) throw std::system_error(errno, std::generic_category(), "eventfd");
}

void WakeUp::wake() noexcept {
  if (state_.exchange(State::awake) == State::awake) return;
  // Cannot fail: the counter is far from its limit.
  ::eventfd_write(event_.get(), 1);
}

void WakeUp::wait(std::chrono::milliseconds limit) noexcept {
  pollfd ready{event_.get(), POLLIN, 0};
  // An interrupted rest is a shorter one: whoever rests looks for work afterwards.
  if (::poll(&ready, 1, static_cast<int>(limit.count())) <= 0) return;
  eventfd_t count = 0;
  ::eventfd_read(event_.get(), &count);
}

}  // namespace duplexd
