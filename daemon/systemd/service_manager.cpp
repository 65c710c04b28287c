#include "daemon/systemd/service_manager.hpp"

#include <boost/algorithm/string/replace.hpp>
#include <fmt/format.h>

#include <poll.h>
#include <time.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <utility>

namespace duplexd {
namespace {

using std::chrono::milliseconds;

constexpr std::size_t longest_name = 255;  // FDNAME_MAX of systemd

/// The value of MONOTONIC_USEC= (sd_notify(3)).
std::uint64_t monotonic_microseconds() noexcept {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000 + static_cast<std::uint64_t>(now.tv_nsec) / 1000;
}

std::string status_line(std::string_view text) {
  return "STATUS=" + boost::replace_all_copy(std::string(text), "\n", " ");
}

bool is_plain(char c) noexcept {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
         std::string_view(".@_/-").find(c) != std::string_view::npos;
}

}  // namespace

ServiceManager::ServiceManager(std::optional<std::string> notify_socket, milliseconds patience)
    : patience_(patience) {
  if (notify_socket) socket_.emplace(*std::move(notify_socket));
}

bool ServiceManager::ready(std::string_view status) {
  return send("READY=1\n" + status_line(status), patience_);
}

bool ServiceManager::reloading() {
  return send(fmt::format("RELOADING=1\nMONOTONIC_USEC={}", monotonic_microseconds()), patience_);
}

bool ServiceManager::stopping() { return send("STOPPING=1", patience_); }

bool ServiceManager::status(std::string_view text) { return send(status_line(text), milliseconds::zero()); }

bool ServiceManager::watchdog() { return send("WATCHDOG=1", milliseconds::zero()); }

bool ServiceManager::store(std::string_view name, std::span<const int> fds) {
  // FDPOLL=0, because a listening socket never hangs up.
  const auto state = fmt::format("FDSTORE=1\nFDNAME={}\nFDPOLL=0", name);
  while (!fds.empty()) {
    const auto now = std::min(fds.size(), UnixDatagram::most_descriptors);
    if (!send(state, patience_, fds.first(now))) return false;
    fds = fds.subspan(now);
  }
  return true;
}

bool ServiceManager::remove(std::string_view name) {
  return send(fmt::format("FDSTOREREMOVE=1\nFDNAME={}", name), patience_);
}

bool ServiceManager::send(std::string_view state, milliseconds wait, std::span<const int> fds) {
  using Clock = std::chrono::steady_clock;
  if (!socket_) return false;
  const auto deadline = Clock::now() + wait;
  for (;;) {
    const int error = socket_->send(state, fds);
    if (error != EAGAIN) return error == 0;
    const auto left = std::chrono::ceil<milliseconds>(deadline - Clock::now());
    if (left <= milliseconds::zero()) return false;
    pollfd writable{socket_->get(), POLLOUT, 0};
    ::poll(&writable, 1, static_cast<int>(left.count()));
  }
}

std::string store_name(const SocketAddress& address) {
  const std::string text = address.to_string();
  std::string name(store_prefix), hexadecimal(store_prefix);
  for (const char c : text) {
    const auto byte = fmt::format("{:02X}", static_cast<unsigned char>(c));
    name += is_plain(c) ? std::string(1, c) : "%" + byte;
    hexadecimal += byte;
  }
  // A long path does not fit with three characters per byte, but does with two. Without '%' it equals no
  // other name.
  return name.size() <= longest_name ? name : hexadecimal;
}

}  // namespace duplexd
