#include "core/handover/channel.hpp"

#include <fmt/format.h>

#include <poll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <exception>
#include <system_error>
#include <utility>

namespace duplexd {
namespace {

constexpr std::size_t longest_head = 64;

struct Control {
  alignas(cmsghdr)
      std::array<std::byte, CMSG_SPACE(sizeof(int) * (HandoverChannel::most_descriptors + 1))> bytes{};
};

int write_whole(int file, std::string_view text) noexcept {
  while (!text.empty()) {
    const ssize_t n = ::write(file, text.data(), text.size());
    if (n < 0 && errno != EINTR) return errno;
    if (n > 0) text.remove_prefix(static_cast<std::size_t>(n));
  }
  return 0;
}

bool read_whole(int file, std::string& text) noexcept {
  for (std::size_t read = 0; read < text.size();) {
    const ssize_t n = ::pread(file, text.data() + read, text.size() - read, static_cast<off_t>(read));
    if (n == 0 || (n < 0 && errno != EINTR)) return false;
    if (n > 0) read += static_cast<std::size_t>(n);
  }
  return true;
}

std::vector<FileDescriptor> descriptors_of(msghdr& message) {
  std::vector<FileDescriptor> all;
  for (cmsghdr* part = CMSG_FIRSTHDR(&message); part; part = CMSG_NXTHDR(&message, part)) {
    if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SCM_RIGHTS) continue;
    const std::size_t count = (part->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    for (std::size_t i = 0; i < count; ++i) {
      int descriptor = -1;
      std::memcpy(&descriptor, CMSG_DATA(part) + i * sizeof(int), sizeof(int));
      all.emplace_back(descriptor);
    }
  }
  return all;
}

/// "kind 123": what the message is, and how much of the file is text.
bool read_head(std::string_view head, HandoverMessage& message, std::size_t& text) {
  const std::size_t space = head.find(' ');
  if (space == std::string_view::npos) return false;
  message.kind = head.substr(0, space);
  head.remove_prefix(space + 1);
  const auto [end, error] = std::from_chars(head.data(), head.data() + head.size(), text);
  return error == std::errc{} && end == head.data() + head.size();
}

bool read_file(int file, std::size_t text, HandoverMessage& message) {
  struct stat status {};
  if (::fstat(file, &status) != 0 || status.st_size < 0) return false;
  const auto size = static_cast<std::size_t>(status.st_size);
  if (text > size || size > HandoverChannel::most_bytes) return false;
  message.text.resize(size);
  if (!read_whole(file, message.text)) return false;
  message.bytes = message.text.substr(text);
  message.text.resize(text);
  return true;
}

/// All of a message but its descriptors. False: it is none.
bool read_message(std::string_view head, HandoverMessage& message) {
  std::size_t text = 0;
  if (!read_head(head, message, text)) return false;
  if (message.descriptors.empty()) return text == 0;
  const FileDescriptor file = std::move(message.descriptors.front());
  message.descriptors.erase(message.descriptors.begin());
  return read_file(file.get(), text, message);
}

// None: nothing is there, or the other end has gone.
std::optional<HandoverMessage> receive_from(int socket) {
  std::array<char, longest_head> head{};
  Control control;
  iovec place{head.data(), head.size()};
  msghdr header{};
  header.msg_iov = &place;
  header.msg_iovlen = 1;
  header.msg_control = control.bytes.data();
  header.msg_controllen = control.bytes.size();
  ssize_t n = ::recvmsg(socket, &header, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
  // The other end has gone without having read all; what it said before comes now.
  if (n < 0 && errno == ECONNRESET) n = ::recvmsg(socket, &header, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
  if (n <= 0) return std::nullopt;
  HandoverMessage message{.descriptors = descriptors_of(header)};
  const bool is_cut = (header.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) != 0;
  if (is_cut || !read_message({head.data(), static_cast<std::size_t>(n)}, message)) return HandoverMessage{};
  return message;
}

void add(msghdr& header, Control& control, std::span<const int> descriptors) noexcept {
  header.msg_control = control.bytes.data();
  header.msg_controllen = CMSG_SPACE(descriptors.size_bytes());
  cmsghdr* const part = CMSG_FIRSTHDR(&header);
  part->cmsg_level = SOL_SOCKET;
  part->cmsg_type = SCM_RIGHTS;
  part->cmsg_len = CMSG_LEN(descriptors.size_bytes());
  std::memcpy(CMSG_DATA(part), descriptors.data(), descriptors.size_bytes());
}

int send_to(int socket, std::string head, std::span<const int> descriptors) noexcept {
  Control control;
  iovec place{head.data(), head.size()};
  msghdr header{};
  header.msg_iov = &place;
  header.msg_iovlen = 1;
  if (!descriptors.empty()) add(header, control, descriptors);
  return ::sendmsg(socket, &header, MSG_DONTWAIT | MSG_NOSIGNAL) < 0 ? errno : 0;
}

// By trying: the kernel counts its own memory for each, and not their bytes.
std::size_t fill(int socket) {
  std::size_t messages = 0;
  while (send_to(socket, "message 0", {}) == 0) ++messages;
  return messages;
}

}  // namespace

HandoverChannel::HandoverChannel(boost::asio::io_context& control, FileDescriptor socket)
    : socket_(control, socket.release()), deadline_(control) {}

std::pair<FileDescriptor, FileDescriptor> HandoverChannel::make() {
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) != 0)
    throw std::system_error(errno, std::system_category(), "socketpair");
  return {FileDescriptor(ends[0]), FileDescriptor(ends[1])};
}

std::size_t HandoverChannel::capacity() noexcept try {
  const auto [sender, receiver] = make();
  return fill(sender.get());
} catch (const std::exception&) {
  return 0;
}

// The kernel reports twice what it is asked for, which it doubles.
std::size_t HandoverChannel::room() noexcept try {
  const auto [sender, receiver] = make();
  ::socklen_t length = sizeof(int);
  int size = 0;
  if (::getsockopt(socket_.native_handle(), SOL_SOCKET, SO_SNDBUF, &size, &length) != 0) return 0;
  size /= 2;
  if (::setsockopt(sender.get(), SOL_SOCKET, SO_SNDBUF, &size, sizeof(size)) != 0) return 0;
  return fill(sender.get());
} catch (const std::exception&) {
  return 0;
}

int HandoverChannel::send(std::string_view kind, std::string_view text, std::string_view bytes,
                          std::span<const int> descriptors) {
  return send(socket_.native_handle(), kind, text, bytes, descriptors);
}

// A word alone needs no file: it can be told when no descriptor is left.
int HandoverChannel::send(int socket, std::string_view kind, std::string_view text, std::string_view bytes,
                          std::span<const int> descriptors) {
  if (text.empty() && bytes.empty() && descriptors.empty())
    return send_to(socket, fmt::format("{} 0", kind), {});
  const FileDescriptor file(::memfd_create("duplexd-handover", MFD_CLOEXEC));
  if (!file) return errno;
  if (const int error = write_whole(file.get(), text)) return error;
  if (const int error = write_whole(file.get(), bytes)) return error;
  std::vector<int> all{file.get()};
  all.insert(all.end(), descriptors.begin(), descriptors.end());
  return send_to(socket, fmt::format("{} {}", kind, text.size()), all);
}

void HandoverChannel::receive(std::chrono::milliseconds patience, OnMessage on_message) {
  on_message_ = std::move(on_message);
  socket_.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                     lifetime_.guard([this](const boost::system::error_code&) { on_ready(); }));
  if (patience == unlimited) return;
  deadline_.expires_after(patience);
  deadline_.async_wait(lifetime_.guard([this, number = received_](const boost::system::error_code& error) {
    if (!error && number == received_) socket_.cancel();
  }));
}

void HandoverChannel::on_ready() {
  ++received_;
  deadline_.cancel();
  std::exchange(on_message_, nullptr)(receive_from(socket_.native_handle()));
}

std::optional<HandoverMessage> HandoverChannel::wait(int socket, std::chrono::milliseconds patience) {
  pollfd readable{socket, POLLIN, 0};
  if (::poll(&readable, 1, static_cast<int>(patience.count())) <= 0) return std::nullopt;
  return receive_from(socket);
}

}  // namespace duplexd
