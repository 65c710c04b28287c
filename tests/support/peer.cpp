#include "tests/support/peer.hpp"

#include "core/net/socket/stream.hpp"

#include <linux/filter.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <random>
#include <stdexcept>
#include <system_error>

namespace duplexd::test {

namespace {

[[noreturn]] void fail(const char* what) { throw std::system_error(errno, std::generic_category(), what); }

void await(int socket, short events, const char* what) {
  pollfd waited{socket, events, 0};
  const auto limit = std::chrono::duration_cast<std::chrono::milliseconds>(patience).count();
  if (::poll(&waited, 1, static_cast<int>(limit)) <= 0)
    throw std::runtime_error(std::string("stuck: ") + what);
}

// Sends small messages at once, as applications do that mind their latency. Unix sockets have no such option.
void set_no_delay(int socket) {
  const int on = 1;
  ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

void set_buffer_sizes(int socket, int receive, int send) {
  if (receive) ::setsockopt(socket, SOL_SOCKET, SO_RCVBUF, &receive, sizeof receive);
  if (send) ::setsockopt(socket, SOL_SOCKET, SO_SNDBUF, &send, sizeof send);
}

ssize_t read_some(int socket, char* into, std::size_t size) {
  await(socket, POLLIN, "receive");
  const ssize_t n = ::recv(socket, into, size, MSG_DONTWAIT);
  if (n < 0 && errno == ENOTCONN) errno = ECONNRESET;  // connect(2) was told of the reset
  return n;
}

}  // namespace

Peer::Peer(FileDescriptor socket) : socket_(std::move(socket)) {}

Peer Peer::connect(const SocketAddress& to, const PeerOptions& options) {
  FileDescriptor socket(::socket(to.family(), SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!socket) fail("socket");
  set_no_delay(socket.get());
  set_buffer_sizes(socket.get(), options.receive_buffer, options.send_buffer);
  if (options.source && ::bind(socket.get(), options.source->data(), options.source->size()) != 0)
    fail("bind");
  if (::connect(socket.get(), to.data(), to.size()) != 0 && errno != ECONNRESET) fail("connect");
  return Peer(std::move(socket));
}

SocketAddress Peer::local() const { return local_address(fd()); }
SocketAddress Peer::remote() const { return peer_address(fd()); }

void Peer::send(std::string_view bytes) {
  while (!bytes.empty()) {
    await(fd(), POLLOUT, "send");
    const ssize_t sent = ::send(fd(), bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent < 0 && errno != EAGAIN) fail("send");
    if (sent > 0) bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

std::size_t Peer::send_some(std::string_view bytes) {
  const ssize_t sent = ::send(fd(), bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  if (sent < 0 && errno != EAGAIN) fail("send");
  return sent < 0 ? 0 : static_cast<std::size_t>(sent);
}

std::string Peer::receive(std::size_t size) {
  std::string bytes(size, '\0');
  for (std::size_t have = 0; have < size;) {
    const ssize_t n = read_some(fd(), bytes.data() + have, size - have);
    if (n < 0) fail("receive");
    if (n == 0) throw std::runtime_error("the stream ended after " + std::to_string(have) + " bytes");
    have += static_cast<std::size_t>(n);
  }
  return bytes;
}

std::string Peer::receive_some(std::size_t most) {
  std::string bytes(most, '\0');
  const ssize_t n = read_some(fd(), bytes.data(), most);
  if (n < 0) fail("receive");
  bytes.resize(static_cast<std::size_t>(n));
  return bytes;
}

std::string Peer::receive_all() {
  std::string bytes;
  std::string chunk(256 * 1024, '\0');
  while (const ssize_t n = read_some(fd(), chunk.data(), chunk.size())) {
    if (n < 0) fail("receive");
    bytes.append(chunk, 0, static_cast<std::size_t>(n));
  }
  return bytes;
}

bool Peer::at_end() {
  char byte;
  const ssize_t n = read_some(fd(), &byte, 1);
  if (n < 0) fail("receive");
  return n == 0;
}

bool Peer::is_reset() {
  char byte;
  return read_some(fd(), &byte, 1) < 0 && errno == ECONNRESET;
}

int Peer::broken_by() {
  await(fd(), 0, "a reset");
  return pending_error(fd());
}

int Peer::drain() {
  std::string chunk(256 * 1024, '\0');
  while (true) {
    const ssize_t n = read_some(fd(), chunk.data(), chunk.size());
    if (n <= 0) return n == 0 ? 0 : errno;
  }
}

bool Peer::readable_within(std::chrono::milliseconds time) const {
  pollfd waited{fd(), POLLIN, 0};
  return ::poll(&waited, 1, static_cast<int>(time.count())) > 0;
}

void Peer::end() {
  if (::shutdown(fd(), SHUT_WR) != 0 && errno != ENOTCONN) fail("shutdown");
}

void Peer::close() { socket_.reset(); }

void Peer::reset() {
  reset_on_close(fd());
  socket_.reset();
}

Backend::Backend() : Backend(loopback()) {}

Backend::Backend(const SocketAddress& address, int backlog, int protocol)
    : socket_(::socket(address.family(), SOCK_STREAM | SOCK_CLOEXEC, protocol)) {
  set_no_delay(socket_.get());  // accepted sockets inherit it
  if (::bind(socket_.get(), address.data(), address.size()) != 0) fail("bind");
  if (::listen(socket_.get(), backlog) != 0) fail("listen");
}

SocketAddress Backend::address() const { return local_address(socket_.get()); }

Peer Backend::accept() {
  await(socket_.get(), POLLIN, "accept");
  FileDescriptor accepted(::accept4(socket_.get(), nullptr, nullptr, SOCK_CLOEXEC));
  if (!accepted) fail("accept");
  return Peer(std::move(accepted));
}

bool Backend::called_within(std::chrono::milliseconds time) const {
  pollfd waited{socket_.get(), POLLIN, 0};
  return ::poll(&waited, 1, static_cast<int>(time.count())) > 0;
}

void Backend::set_buffers(int receive_buffer, int send_buffer) {
  set_buffer_sizes(socket_.get(), receive_buffer, send_buffer);
}

void Backend::fall_silent() {
  constexpr std::uint32_t flags = 13;  // of the TCP header, which a filter of a TCP socket begins with
  constexpr std::uint32_t syn = 2;
  std::array<sock_filter, 4> drop_syn{{{BPF_LD | BPF_B | BPF_ABS, 0, 0, flags},
                                       {BPF_JMP | BPF_JSET | BPF_K, 0, 1, syn},
                                       {BPF_RET | BPF_K, 0, 0, 0},
                                       {BPF_RET | BPF_K, 0, 0, 0xffff}}};
  const sock_fprog program{drop_syn.size(), drop_syn.data()};
  if (::setsockopt(socket_.get(), SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program) != 0)
    fail("setsockopt");
}

std::string pattern(std::size_t size, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::string bytes(size + sizeof(std::uint64_t), '\0');
  for (std::size_t i = 0; i < size; i += sizeof(std::uint64_t)) {
    const std::uint64_t word = random();
    std::memcpy(bytes.data() + i, &word, sizeof word);
  }
  bytes.resize(size);
  return bytes;
}

std::size_t open_descriptors() {
  const std::filesystem::directory_iterator descriptors("/proc/self/fd");
  return static_cast<std::size_t>(std::distance(begin(descriptors), end(descriptors)));
}

SocketAddress loopback(std::uint16_t port) {
  SocketAddress address = address_of("127.0.0.1:0");
  address.set_port(port);
  return address;
}

SocketAddress address_of(std::string_view text) {
  const Parsed<SocketAddress> address = SocketAddress::parse(text);
  if (!address) throw std::runtime_error(address.error().what);
  return *address;
}

}  // namespace duplexd::test
