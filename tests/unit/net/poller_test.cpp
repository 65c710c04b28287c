#include "core/net/poller.hpp"

#include "tests/unit/descriptor_limit.hpp"
#include "tests/unit/net/waiting.hpp"

#include <boost/asio/post.hpp>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <list>
#include <memory>
#include <system_error>
#include <utility>
#include <vector>

namespace duplexd {
namespace {

using namespace net_test;

/// Many sockets of one poller.
class PollerTest : public WatchedSocketTest {
 protected:
  struct Connection {
    Connection(Poller& poller, Pair pair) : peer(std::move(pair.peer)), socket(poller) {
      EXPECT_EQ(socket.open(pair.ours, Kind::other), 0);
      waiter.wait(socket, Event::readable);
    }
    FileDescriptor peer;
    Waiter waiter;
    WatchedSocket socket;
  };

  void connect(int count) {
    for (int i = 0; i < count; ++i) connections_.emplace_back(poller_of(*context_), unix_pair());
  }
  void all_send() {
    for (const Connection& connection : connections_)
      ASSERT_EQ(send(connection.peer.get(), bytes("x")).bytes, 1u);
  }
  long heard() const {
    return std::ranges::count_if(connections_, [](const Connection& each) { return each.waiter.calls > 0; });
  }

  static constexpr int more_than_a_batch = 300;
  std::list<Connection> connections_;
};

TEST_F(PollerTest, IsOneForEachContext) {
  boost::asio::io_context another;
  EXPECT_EQ(&poller_of(*context_), &poller_of(*context_));
  EXPECT_NE(&poller_of(*context_), &poller_of(another));
}

TEST_F(PollerTest, EveryoneIsToldHoweverManyAreReadyAtOnce) {
  connect(more_than_a_batch);
  all_send();
  run_ready();
  EXPECT_EQ(heard(), more_than_a_batch);
}

TEST_F(PollerTest, OthersHaveTheirTurnBetweenTwoBatches) {
  connect(more_than_a_batch);
  all_send();
  std::vector<long> heard_before;
  std::function<void()> look = [&] {
    heard_before.push_back(heard());
    if (heard_before.size() < 10) boost::asio::post(*context_, look);
  };
  boost::asio::post(*context_, look);
  run_ready();
  EXPECT_TRUE(std::ranges::any_of(heard_before, [](long n) { return n > 0 && n < more_than_a_batch; }));
}

TEST_F(PollerTest, WorkIsWaitsAndNotSocketsNorThePoller) {
  connect(2);
  boost::asio::post(*context_, [&] { all_send(); });
  context_->restart();
  EXPECT_GT(context_->run(), 0u) << "returns when the waits are over, with both sockets open";
  EXPECT_EQ(heard(), 2);
  context_->restart();
  EXPECT_EQ(context_->run(), 0u);
}

/// Closes all the sockets when it hears of one.
struct Closer {
  void on_event(const boost::system::error_code& error) {
    ++calls;
    for (const auto& socket : sockets) socket->close();
    sockets.clear();
    last = error;
  }
  HandlerMemory& handler_memory() noexcept { return memory; }

  std::vector<std::unique_ptr<WatchedSocket>>& sockets;
  HandlerMemory memory{};
  int calls = 0;
  boost::system::error_code last{};
};

TEST_F(PollerTest, AHandlerMayDestroyTheSocketsOfOthersThatAreReadyWithIt) {
  std::vector<std::unique_ptr<WatchedSocket>> sockets;
  std::vector<FileDescriptor> peers;
  std::list<Closer> closers;
  for (int i = 0; i < 10; ++i) {
    Pair pair = unix_pair();
    ASSERT_EQ(send(pair.peer.get(), bytes("x")).bytes, 1u);
    peers.push_back(std::move(pair.peer));
    sockets.push_back(std::make_unique<WatchedSocket>(poller_of(*context_)));
    ASSERT_EQ(sockets.back()->open(pair.ours, Kind::other), 0);
    closers.emplace_back(sockets);
    sockets.back()->async_wait(Event::readable, Handler<&Closer::on_event>(closers.back()));
  }
  run_ready();
  for (const Closer& closer : closers) EXPECT_EQ(closer.calls, 1);
}

TEST_F(PollerTest, ADescriptorShortageIsReportedWhenItIsMade) {
  boost::asio::io_context another;
  (void)boost::asio::use_service<boost::asio::detail::epoll_reactor>(another);
  const test::DescriptorLimit none(0);
  EXPECT_THROW(poller_of(another), std::system_error);
}

}  // namespace
}  // namespace duplexd
