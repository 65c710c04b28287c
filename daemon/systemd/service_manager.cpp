#include "daemon/systemd/service_manager.hpp"

#include <boost/algorithm/string/replace.hpp>
#include <fmt/format.h>

#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <utility>

namespace duplexd {
namespace {

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

ServiceManager::ServiceManager(boost::asio::io_context& control, std::optional<std::string> notify_socket) {
  if (notify_socket) messages_.emplace(control, *std::move(notify_socket));
}

void ServiceManager::ready(std::string_view status) {
  if (messages_) messages_->withdraw(Kind::ready);
  send(Kind::ready, "READY=1\n" + status_line(status));
}

// With a beat: a process that is replaced before its first one leaves the watchdog's time running.
void ServiceManager::ready_as_main(std::string_view status) {
  send(Kind::ready, fmt::format("MAINPID={}\nREADY=1\nWATCHDOG=1\n{}", ::getpid(), status_line(status)));
}

// Of reloads that have ended meanwhile only the outcome matters, which follows.
void ServiceManager::reloading() {
  if (messages_) messages_->withdraw(Kind::ready);
  if (messages_) messages_->withdraw(Kind::reloading);
  send(Kind::reloading, fmt::format("RELOADING=1\nMONOTONIC_USEC={}", monotonic_microseconds()));
}

void ServiceManager::stopping() { send(Kind::other, "STOPPING=1"); }

bool ServiceManager::status(std::string_view text) {
  return messages_ && messages_->try_send(status_line(text));
}

bool ServiceManager::watchdog() { return messages_ && messages_->try_send("WATCHDOG=1"); }

void ServiceManager::store(std::string_view name, std::span<const int> fds,
                           const std::function<void()>& on_failed) {
  // FDPOLL=0, because a listening socket never hangs up.
  const auto text = fmt::format("FDSTORE=1\nFDNAME={}\nFDPOLL=0", name);
  while (messages_ && !fds.empty()) {
    const auto now = fds.first(std::min(fds.size(), UnixDatagram::most_descriptors));
    messages_->send({Kind::store, text, {now.begin(), now.end()}, on_failed});
    fds = fds.subspan(now.size());
  }
}

void ServiceManager::remove(std::string_view name) {
  send(Kind::other, fmt::format("FDSTOREREMOVE=1\nFDNAME={}", name));
}

std::size_t ServiceManager::stores_waiting() const noexcept {
  return messages_ ? messages_->waiting(Kind::store) : 0;
}

bool ServiceManager::stuck() const noexcept { return messages_ && messages_->stuck(); }

void ServiceManager::send(Kind kind, std::string text) {
  if (messages_) messages_->send({.kind = kind, .text = std::move(text)});
}

std::string store_name(const SocketAddress& address, std::string_view interface) {
  std::string text = address.to_string();
  if (!interface.empty()) text.append(1, ' ').append(interface);
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
