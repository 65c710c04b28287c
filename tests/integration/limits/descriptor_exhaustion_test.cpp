#include "tests/support/proxy.hpp"

#include <gtest/gtest.h>

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <optional>

namespace duplexd::test {
namespace {

using namespace std::chrono_literals;

// While it lives the process can open `left` descriptors more. The first clients of a test open theirs
// before.
class DescriptorShortage {
 public:
  explicit DescriptorShortage(unsigned left) {
    // The lowest free number is the next to be given: fill the gaps below the highest one first.
    ::getrlimit(RLIMIT_NOFILE, &before_);
    const int highest = highest_open();
    for (int next = ::dup(0); next >= 0; next = ::dup(0)) {
      fillers_.emplace_back(next);
      if (next > highest) break;
    }
    const rlimit lower{static_cast<rlim_t>(fillers_.back().get()) + 1 + left, before_.rlim_max};
    EXPECT_EQ(::setrlimit(RLIMIT_NOFILE, &lower), 0);
  }
  ~DescriptorShortage() { EXPECT_EQ(::setrlimit(RLIMIT_NOFILE, &before_), 0); }
  DescriptorShortage(const DescriptorShortage&) = delete;
  DescriptorShortage& operator=(const DescriptorShortage&) = delete;

 private:
  static int highest_open() {
    int highest = 0;
    for (int fd = 0; fd < 4'096; ++fd) {
      if (::fcntl(fd, F_GETFD) >= 0) highest = fd;
    }
    return highest;
  }

  rlimit before_{};
  std::vector<FileDescriptor> fillers_;
};

// A client that has its descriptor already and connects without asking for another.
class PreparedClient {
 public:
  PreparedClient() : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {}
  Peer connect(const SocketAddress& to) {
    EXPECT_EQ(::connect(socket_.get(), to.data(), to.size()), 0);
    return Peer(std::move(socket_));
  }

 private:
  FileDescriptor socket_;
};

TEST(DescriptorExhaustion, PausesAcceptingUntilRelief) {
  Backend backend;
  Proxy proxy(proxy_config({backend.address()}));
  std::vector<PreparedClient> prepared(8);
  std::vector<Peer> clients;
  {
    const DescriptorShortage shortage(0);
    for (PreparedClient& client : prepared) clients.push_back(client.connect(proxy.address()));
    ASSERT_TRUE(eventually([&] { return proxy.listener().backoffs >= 3; }));
    EXPECT_EQ(proxy.listener().accepted, 0u);
    EXPECT_FALSE(clients.front().readable_within(0ms)) << "clients wait, and are not turned away";
  }
  const auto relief = std::chrono::steady_clock::now();
  for (Peer& client : clients) client.send("x");
  std::vector<Peer> endpoints;
  for (std::size_t i = 0; i < clients.size(); ++i) {
    endpoints.push_back(backend.accept());
    EXPECT_EQ(endpoints.back().receive(1), "x");
  }
  EXPECT_LT(std::chrono::steady_clock::now() - relief, 10s);

  const std::vector<Notice> notices = proxy.notices();
  const auto backing_off = std::ranges::count(notices, Notice::Kind::accept_backing_off, &Notice::kind);
  EXPECT_GE(backing_off, 1);
  EXPECT_LE(backing_off, 2) << "at most one per worker";
  EXPECT_EQ(notices.front().error, EMFILE);
  EXPECT_EQ(notices.front().subject, "listener");
}

TEST(DescriptorExhaustion, CostsAFewAttemptsASecond) {
  Backend backend;
  Config config = proxy_config({backend.address()});
  config.workers = 1;
  Proxy proxy(config);
  PreparedClient prepared;
  Peer client;
  {
    const DescriptorShortage shortage(0);
    const auto start = std::chrono::steady_clock::now();
    client = prepared.connect(proxy.address());
    ASSERT_TRUE(eventually([&] { return proxy.listener().backoffs > 0; }));
    EXPECT_FALSE(client.readable_within(1s));
    const Totals::Listener listener = proxy.listener();
    const auto tenths = (std::chrono::steady_clock::now() - start) / 100ms;
    EXPECT_LE(listener.backoffs, static_cast<std::uint64_t>(tenths)) << "five a second, and not ten";
    EXPECT_EQ(listener.accept_errors, listener.backoffs);
    EXPECT_EQ(listener.accept_errnos.counts[0], listener.backoffs) << accept_errnos[0].name;
  }
  EXPECT_TRUE(backend.accept());
}

TEST(DescriptorExhaustion, LeavesRunningSessionsAlone) {
  Backend backend;
  Proxy proxy(proxy_config({backend.address()}));
  auto [client, endpoint] = open_session(proxy, backend);
  PreparedClient prepared;
  Peer waiting;
  {
    const DescriptorShortage shortage(0);
    waiting = prepared.connect(proxy.address());
    for (int i = 0; i < 100; ++i) {
      client.send("ping");
      EXPECT_EQ(endpoint.receive(4), "ping");
      endpoint.send("pong");
      EXPECT_EQ(client.receive(4), "pong");
    }
  }
  EXPECT_TRUE(backend.accept());
}

TEST(DescriptorExhaustion, ClientWithoutEndpointDescriptorIsClosed) {
  Backend backend;
  Proxy proxy(proxy_config({backend.address()}));
  PreparedClient prepared;
  Peer client;
  {
    const DescriptorShortage shortage(1);
    client = prepared.connect(proxy.address());
    EXPECT_TRUE(client.at_end());
  }
  const SessionEnd end = proxy.end();
  EXPECT_EQ(to_word(end.reason), "local_error");
  EXPECT_EQ(end.error, EMFILE);
}

}  // namespace
}  // namespace duplexd::test
