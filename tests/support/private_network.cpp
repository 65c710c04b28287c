#include "tests/support/private_network.hpp"

#include "core/net/socket/file_descriptor.hpp"

#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <cstring>
#include <thread>

namespace duplexd::test {
namespace {

bool enter() {
  if (::unshare(CLONE_NEWNET) != 0) return false;
  const FileDescriptor socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  ifreq loopback{};
  std::strcpy(loopback.ifr_name, "lo");
  loopback.ifr_flags = IFF_UP;
  return ::ioctl(socket.get(), SIOCSIFFLAGS, &loopback) == 0;
}

}  // namespace

bool on_private_network(const std::function<void()>& work) {
  bool entered = false;
  std::thread([&] {
    entered = enter();
    if (entered) work();
  }).join();
  return entered;
}

}  // namespace duplexd::test
