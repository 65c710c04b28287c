#include "daemon/systemd/socket_store.hpp"
#include "daemon/systemd/watchdog.hpp"

#include <boost/algorithm/string/classification.hpp>
#include <boost/algorithm/string/split.hpp>
#include <fmt/format.h>

#include <fcntl.h>

#include <charconv>
#include <string>
#include <string_view>
#include <vector>

namespace duplexd {
namespace {

template <class Number>
std::optional<Number> to_number(std::string_view text) noexcept {
  Number number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size() || number < 0) return std::nullopt;
  return number;
}

std::vector<std::string> names_of(const Environment& environment, std::size_t count) {
  const auto text = environment("LISTEN_FDNAMES");
  if (!text) return std::vector<std::string>(count, "unknown");
  std::vector<std::string> names;
  if (!text->empty()) boost::split(names, *text, boost::is_any_of(":"));
  return names;
}

Parsed<InheritedSockets> take_over(const std::vector<std::string>& names, int first) {
  InheritedSockets sockets;
  for (int fd = first; const std::string& name : names) {
    if (::fcntl(fd, F_SETFD, FD_CLOEXEC) != 0) {
      return ParseError{fmt::format("$LISTEN_FDS speaks of descriptor {}, which is not open", fd)};
    }
    sockets.emplace(name, FileDescriptor(fd++));
  }
  return sockets;
}

}  // namespace

Parsed<InheritedSockets> inherited_sockets(const Environment& environment, pid_t self, int first) {
  const auto pid = environment("LISTEN_PID"), fds = environment("LISTEN_FDS");
  if (!pid || !fds || to_number<pid_t>(*pid) != self) return InheritedSockets{};
  const auto count = to_number<int>(*fds);
  if (!count) return ParseError{fmt::format("$LISTEN_FDS is not a number: '{}'", *fds)};
  const auto names = names_of(environment, static_cast<std::size_t>(*count));
  if (names.size() != static_cast<std::size_t>(*count)) {
    return ParseError{
        fmt::format("$LISTEN_FDS passes {} sockets, but $LISTEN_FDNAMES names {}", *count, names.size())};
  }
  return take_over(names, first);
}

std::optional<std::chrono::milliseconds> watchdog_interval(const Environment& environment, pid_t self) {
  using std::chrono::microseconds, std::chrono::milliseconds;
  const auto interval = environment("WATCHDOG_USEC"), pid = environment("WATCHDOG_PID");
  if (!interval || (pid && to_number<pid_t>(*pid) != self)) return std::nullopt;
  const auto count = to_number<microseconds::rep>(*interval);
  if (!count) return std::nullopt;
  const auto rounded = std::chrono::floor<milliseconds>(microseconds(*count));
  return rounded > milliseconds::zero() ? std::optional(rounded) : std::nullopt;
}

}  // namespace duplexd
