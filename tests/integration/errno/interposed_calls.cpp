#include "tests/integration/errno/faults.hpp"

#include <dlfcn.h>
#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <cerrno>

// The linker takes these before those of the C library, or of a sanitizer, to which they hand on.

namespace duplexd::test {
namespace {

template <class Function>
Function* next(const char* name) noexcept {
  return reinterpret_cast<Function*>(::dlsym(RTLD_NEXT, name));
}

/// -1 with errno if the call is to fail, else what `make` returns.
template <class Make>
auto attempt(Call call, int socket, Make make) -> decltype(make()) {
  const int error = injected_error(call, socket);
  if (error == 0) return make();
  errno = error;
  return -1;
}

/// A new socket is remembered.
template <class Make>
int attempt_new(Call call, int socket, On on, Make make) {
  const int made = attempt(call, socket, make);
  remember(made, on);
  return made;
}

bool is_pipe(int descriptor) noexcept {
  struct stat status {};
  return ::fstat(descriptor, &status) == 0 && S_ISFIFO(status.st_mode);
}

}  // namespace
}  // namespace duplexd::test

using namespace duplexd::test;

extern "C" {

int socket(int domain, int type, int protocol) noexcept {
  static auto* const real = next<int(int, int, int)>("socket");
  return attempt_new(Call::socket, -1, On::endpoint, [&] { return real(domain, type, protocol); });
}

int accept4(int socket, sockaddr* address, socklen_t* size, int flags) {
  static auto* const real = next<int(int, sockaddr*, socklen_t*, int)>("accept4");
  return attempt_new(Call::accept4, socket, On::client, [&] { return real(socket, address, size, flags); });
}

int bind(int socket, const sockaddr* address, socklen_t size) noexcept {
  static auto* const real = next<int(int, const sockaddr*, socklen_t)>("bind");
  return attempt(Call::bind, socket, [&] { return real(socket, address, size); });
}

int connect(int socket, const sockaddr* address, socklen_t size) {
  static auto* const real = next<int(int, const sockaddr*, socklen_t)>("connect");
  return attempt(Call::connect, socket, [&] { return real(socket, address, size); });
}

int epoll_ctl(int set, int action, int socket, epoll_event* event) noexcept {
  static auto* const real = next<int(int, int, int, epoll_event*)>("epoll_ctl");
  // EPOLL_CTL_DEL fails only for what was never added.
  if (action == EPOLL_CTL_DEL) return real(set, action, socket, event);
  const Call call = action == EPOLL_CTL_ADD ? Call::epoll_add : Call::epoll_mod;
  return attempt(call, socket, [&] { return real(set, action, socket, event); });
}

ssize_t splice(int from, off64_t* from_offset, int to, off64_t* to_offset, size_t size, unsigned flags) {
  static auto* const real = next<ssize_t(int, off64_t*, int, off64_t*, size_t, unsigned)>("splice");
  const bool to_pipe = is_pipe(to);
  return attempt(to_pipe ? Call::splice_to_pipe : Call::splice_from_pipe, to_pipe ? from : to,
                 [&] { return real(from, from_offset, to, to_offset, size, flags); });
}

ssize_t send(int socket, const void* bytes, size_t size, int flags) {
  static auto* const real = next<ssize_t(int, const void*, size_t, int)>("send");
  return attempt(Call::send, socket, [&] { return real(socket, bytes, size, flags); });
}

ssize_t recv(int socket, void* bytes, size_t size, int flags) {
  static auto* const real = next<ssize_t(int, void*, size_t, int)>("recv");
  return attempt((flags & MSG_PEEK) != 0 ? Call::peek : Call::recv, socket,
                 [&] { return real(socket, bytes, size, flags); });
}

int shutdown(int socket, int how) noexcept {
  static auto* const real = next<int(int, int)>("shutdown");
  return attempt(Call::shutdown, socket, [&] { return real(socket, how); });
}

int setsockopt(int socket, int level, int name, const void* value, socklen_t size) noexcept {
  static auto* const real = next<int(int, int, int, const void*, socklen_t)>("setsockopt");
  return attempt(Call::setsockopt, socket, [&] { return real(socket, level, name, value, size); });
}

}  // extern "C"
