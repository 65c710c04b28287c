#include "daemon/process.hpp"

#include "daemon/log/output/patience.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
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

void raise_descriptor_limit() noexcept {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  // If it is refused, --check and the log show the lower limit.
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace

void prepare_process() noexcept {
  open_standard_descriptors();
  ignore_signals();
  raise_descriptor_limit();
}

void reserve_descriptors(std::uint64_t count) noexcept {
  const auto highest = static_cast<int>(std::min(count, most_reserved)) - 1;
  // If it is refused, the table grows on demand.
  if (const int fd = ::fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, highest); fd >= 0) ::close(fd);
}

Environment process_environment() {
  return [](std::string_view name) -> std::optional<std::string> {
    const char* const value = std::getenv(std::string(name).c_str());
    return value ? std::optional<std::string>(value) : std::nullopt;
  };
}

void print_error(std::string_view text) {
  Patience patience;
  patience.end_in(std::chrono::seconds(1));
  write_all(STDERR_FILENO, text, patience);
}

}  // namespace duplexd
