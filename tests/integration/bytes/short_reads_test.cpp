#include "tests/support/directory.hpp"
#include "tests/support/proxy.hpp"
#include "tests/support/traffic.hpp"

#include <gtest/gtest.h>

#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <string_view>

// Reads that stop before the last byte that has arrived. A relay that then waited for more would wait for
// ever.

namespace duplexd::test {
namespace {

// Each test repeats, because the worker sees all bytes in one event only by chance.
constexpr int rounds = 200;

TEST(ShortReads, BytesBehindUrgentDataArrive) {
  Backend backend;
  Proxy proxy(proxy_config({backend.address()}));
  Pair session = open_session(proxy, backend);
  for (int i = 0; i < rounds; ++i) {
    session.client.send("before");
    ASSERT_EQ(::send(session.client.fd(), "!", 1, MSG_OOB), 1);
    session.client.send("behind");
    ASSERT_EQ(session.endpoint.receive(12), "beforebehind") << "the urgent byte is not of the stream";
  }
}

void send_with_descriptor(int socket, std::string_view text) {
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> control{};
  iovec part{const_cast<char*>(text.data()), text.size()};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control.data();
  message.msg_controllen = control.size();
  cmsghdr* const rights = CMSG_FIRSTHDR(&message);
  rights->cmsg_level = SOL_SOCKET;
  rights->cmsg_type = SCM_RIGHTS;
  rights->cmsg_len = CMSG_LEN(sizeof(int));
  const int passed = STDERR_FILENO;
  std::memcpy(CMSG_DATA(rights), &passed, sizeof passed);
  ASSERT_EQ(::sendmsg(socket, &message, 0), static_cast<ssize_t>(text.size()));
}

TEST(ShortReads, BytesBehindPassedDescriptorsArrive) {
  const TemporaryDirectory directory;
  Backend backend;
  Config config = proxy_config({backend.address()});
  config.listeners[0].bind[0].address = directory.socket("listener");
  Proxy proxy(config);
  Pair session = open_session(proxy, backend);
  for (int i = 0; i < rounds; ++i) {
    session.client.send("before");
    send_with_descriptor(session.client.fd(), "with");
    send_with_descriptor(session.client.fd(), "with");
    session.client.send("behind");
    ASSERT_EQ(session.endpoint.receive(20), "beforewithwithbehind");
  }
}

TEST(ShortReads, EndBehindLastByteIsForwarded) {
  Backend backend;
  Proxy proxy(proxy_config({backend.address()}));
  for (int i = 0; i < rounds; ++i) {
    Pair session = open_session(proxy, backend);
    session.client.send("last");
    session.client.end();
    ASSERT_EQ(session.endpoint.receive_all(), "last");
  }
}

TEST(ShortReads, ResetBehindLastByteIsForwarded) {
  Backend backend;
  Proxy proxy(proxy_config({backend.address()}));
  for (int i = 0; i < rounds; ++i) {
    Pair session = open_session(proxy, backend);
    session.client.send("last");
    session.client.reset();
    ASSERT_EQ(session.endpoint.drain(), ECONNRESET);
  }
}

}  // namespace
}  // namespace duplexd::test
