#include "daemon/log/output/patience.hpp"

#include <limits.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>

namespace duplexd {

Patience::Patience() : ending_(::eventfd(0, EFD_CLOEXEC)) {
  if (!ending_) throw std::system_error(errno, std::generic_category(), "eventfd");
}

void Patience::end_in(Clock::duration duration) noexcept {
  deadline_.store((Clock::now() + duration).time_since_epoch().count(), std::memory_order_release);
  // Cannot fail: it is written once.
  ::eventfd_write(ending_.get(), 1);
}

bool Patience::wait_writable(int fd) const noexcept {
  using std::chrono::milliseconds;
  while (!is_over()) {
    const bool ending = is_ending();
    std::array<pollfd, 2> polled{pollfd{fd, POLLOUT, 0}, pollfd{ending ? -1 : ending_.get(), POLLIN, 0}};
    const auto left = std::chrono::ceil<milliseconds>(deadline() - Clock::now()).count();
    ::poll(polled.data(), polled.size(),
           ending ? static_cast<int>(std::max(left, milliseconds::rep{0})) : -1);
    if (polled[0].revents != 0) return true;
  }
  return false;
}

std::string_view write_all(int fd, std::string_view text, const Patience& patience) noexcept {
  while (!text.empty()) {
    if (!patience.wait_writable(fd)) break;
    const ssize_t n = ::write(fd, text.data(), std::min<std::size_t>(text.size(), PIPE_BUF));
    if (n > 0) text.remove_prefix(static_cast<std::size_t>(n));
    if (n < 0 && errno != EINTR && errno != EAGAIN) break;
  }
  return text;
}

}  // namespace duplexd
