#include "tests/support/unwilling.hpp"

#include "core/net/socket/stream.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <cerrno>
#include <system_error>
#include <utility>

namespace duplexd::test {

namespace {
[[noreturn]] void fail_to(const char* what) { throw std::system_error(errno, std::generic_category(), what); }
}  // namespace

RefusingAddress::RefusingAddress() : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  const SocketAddress free = loopback();
  if (::bind(socket_.get(), free.data(), free.size()) != 0) fail_to("bind");
}

SocketAddress RefusingAddress::address() const { return local_address(socket_.get()); }

SilentBackend::SilentBackend(const SocketAddress& address) : backend_(address, 0) {
  const SocketAddress to = backend_.address();
  for (bool answered = true; answered;) {
    FileDescriptor filler(::socket(to.family(), SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    ::connect(filler.get(), to.data(), to.size());
    pollfd waited{filler.get(), POLLOUT, 0};
    answered = ::poll(&waited, 1, 100) > 0;
    fillers_.push_back(std::move(filler));
  }
}

void SilentBackend::answer() {
  for (const FileDescriptor& filler : fillers_) ::shutdown(filler.get(), SHUT_RDWR);
  while (backend_.called_within(std::chrono::milliseconds(0))) (void)backend_.accept();
}

}  // namespace duplexd::test
