#include "tests/bench/sockets.hpp"

#include "tests/bench/arguments.hpp"
#include "tests/bench/system.hpp"

#include <netinet/tcp.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstdint>
#include <stdexcept>
#include <system_error>

namespace duplexd::bench {
namespace {

constexpr std::string_view host = "127.0.0.1:";
constexpr int backlog = 4096;

void switch_on(const FileDescriptor& socket, int level, int option) {
  const int on = 1;
  checked(::setsockopt(socket.get(), level, option, &on, sizeof on), "setsockopt");
}

FileDescriptor new_socket() {
  return FileDescriptor(checked(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), "socket"));
}

}  // namespace

sockaddr_in parse_address(std::string_view text) {
  if (!text.starts_with(host))
    throw std::runtime_error("'" + std::string(text) + "' is no address of the form 127.0.0.1:PORT");
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(Arguments::to_number<std::uint16_t>("a port", text.substr(host.size()), 0));
  return address;
}

std::string to_string(const sockaddr_in& address) {
  return std::string(host) + std::to_string(ntohs(address.sin_port));
}

FileDescriptor listen_on(const sockaddr_in& address, bool shared) {
  auto socket = new_socket();
  switch_on(socket, SOL_SOCKET, SO_REUSEADDR);
  if (shared) switch_on(socket, SOL_SOCKET, SO_REUSEPORT);
  const std::string place = "bind to " + to_string(address);
  checked(::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), place.c_str());
  checked(::listen(socket.get(), backlog), "listen");
  return socket;
}

sockaddr_in local_address(const FileDescriptor& socket) {
  sockaddr_in address{};
  socklen_t size = sizeof address;
  checked(::getsockname(socket.get(), reinterpret_cast<sockaddr*>(&address), &size), "getsockname");
  return address;
}

FileDescriptor begin_connect(const sockaddr_in& to) {
  auto socket = new_socket();
  switch_on(socket, IPPROTO_TCP, TCP_NODELAY);
  if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0 && errno != EINPROGRESS)
    throw std::system_error(errno, std::generic_category(), "connect to " + to_string(to));
  return socket;
}

FileDescriptor accept_one(const FileDescriptor& listener) {
  FileDescriptor socket(::accept4(listener.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
  if (!socket && errno != EAGAIN && errno != ECONNABORTED) checked(socket.get(), "accept");
  if (socket) switch_on(socket, IPPROTO_TCP, TCP_NODELAY);
  return socket;
}

}  // namespace duplexd::bench
