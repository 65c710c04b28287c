#include "daemon/process.hpp"

#include <fmt/format.h>

#include <fcntl.h>
#include <limits.h>
#include <malloc.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>

namespace duplexd {
namespace {

constexpr std::uint64_t most_reserved = 1 << 20;

void open_standard_descriptors() noexcept {
  for (int fd = 0; fd >= 0 && fd <= STDERR_FILENO;) {
    fd = ::open("/dev/null", O_RDWR);
    if (fd > STDERR_FILENO) ::close(fd);
  }
}

void ignore_signals() noexcept {
  // HUP and USR1 are ignored until the daemon installs its handlers.
  for (const int signal : {SIGPIPE, SIGHUP, SIGUSR1}) ::signal(signal, SIG_IGN);
}

void end_well(int) { ::_exit(EXIT_SUCCESS); }
void end_as_a_shell_says(int signal) { ::_exit(128 + signal); }

/// At most PIPE_BUF bytes at a time, each once poll(2) says that they fit, so that it does not block. A pause
/// of `most_idle` milliseconds is too long; -1: none is.
int write_whole(int fd, std::string_view text, int most_idle) noexcept {
  while (!text.empty()) {
    pollfd writable{fd, POLLOUT, 0};
    if (::poll(&writable, 1, most_idle) == 0) return ETIMEDOUT;
    const ssize_t n = ::write(fd, text.data(), std::min<std::size_t>(text.size(), PIPE_BUF));
    if (n > 0) text.remove_prefix(static_cast<std::size_t>(n));
    if (n < 0 && errno != EINTR && errno != EAGAIN) return errno;
  }
  return 0;
}

void raise_descriptor_limit() noexcept {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  // If it is refused, --check and the log show the lower limit.
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

// An answer about a thousand sessions takes half a megabyte. By default malloc(3) may fetch such a block from
// the kernel each time (mallopt(3)), which doubles what a list costs.
void keep_large_blocks() noexcept {
  constexpr int large = 2 * 1024 * 1024;
  ::mallopt(M_MMAP_THRESHOLD, large);
  ::mallopt(M_TRIM_THRESHOLD, large);
}

}  // namespace

void prepare_process() noexcept {
  keep_large_blocks();
  open_standard_descriptors();
  ignore_signals();
  raise_descriptor_limit();
}

void reserve_descriptors(std::uint64_t count) noexcept {
  const auto highest = static_cast<int>(std::min(count, most_reserved)) - 1;
  // If it is refused, the table grows on demand.
  if (const int fd = ::fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, highest); fd >= 0) ::close(fd);
}

void end_on_signals(bool about_to_serve) noexcept {
  for (const int signal : {SIGTERM, SIGINT})
    ::signal(signal, about_to_serve ? end_well : end_as_a_shell_says);
}

Environment process_environment() {
  return [](std::string_view name) -> std::optional<std::string> {
    const char* const value = std::getenv(std::string(name).c_str());
    return value ? std::optional<std::string>(value) : std::nullopt;
  };
}

int print(std::string_view text) noexcept { return write_whole(STDOUT_FILENO, text, -1); }

void print_error(std::string_view text) noexcept { (void)write_whole(STDERR_FILENO, text, 1000); }

std::string output_failed(int error) {
  return fmt::format("cannot write to standard output: {}", ::strerrordesc_np(error));
}

}  // namespace duplexd
