#include "daemon/log/output/last_resort.hpp"

#include <limits.h>
#include <poll.h>
#include <unistd.h>

#include <string>

namespace duplexd {

// A pipe that is writable takes PIPE_BUF bytes at once.
std::size_t LastResort::put(const LogLine& line) {
  std::string text;
  format_(text, line);
  pollfd ready{fd_, POLLOUT, 0};
  if (text.size() > PIPE_BUF || ::poll(&ready, 1, 0) != 1) return 1;
  return ::write(fd_, text.data(), text.size()) == static_cast<ssize_t>(text.size()) ? 0 : 1;
}

}  // namespace duplexd
