#include "daemon/log/queue/wake_up.hpp"

#include <poll.h>
#include <sys/eventfd.h>

#include <cerrno>
#include <system_error>

namespace duplexd {

WakeUp::WakeUp() : event_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (!event_) throw std::system_error(errno, std::generic_category(), "eventfd");
}

void WakeUp::notify() noexcept {
  if (!asleep_.load(std::memory_order_seq_cst) || !asleep_.exchange(false)) return;
  // Cannot fail: the counter is far from its limit.
  ::eventfd_write(event_.get(), 1);
}

void WakeUp::wait() noexcept {
  pollfd ready{event_.get(), POLLIN, 0};
  while (::poll(&ready, 1, -1) < 0 && errno == EINTR) {
  }
  eventfd_t count = 0;
  ::eventfd_read(event_.get(), &count);
}

}  // namespace duplexd
