#include "core/listener/accept.hpp"
#include "core/memory/handler.hpp"
#include "core/net/watched_socket.hpp"
#include "tests/unit/net/sockets.hpp"

#include <gtest/gtest.h>

#include <unistd.h>

#include <atomic>
#include <chrono>
#include <deque>
#include <thread>

namespace duplexd {
namespace {

using namespace net_test;

constexpr int workers = 4;
constexpr int many_clients = 200;

/// A thread that accepts on a socket that others accept on, too.
class Accepting {
 public:
  explicit Accepting(int listening) : listening_(listening) {
    thread_ = std::thread([this] { run(); });
  }
  ~Accepting() {
    stopping_ = true;
    thread_.join();
  }

  int wakes() const { return wakes_; }
  int accepted() const { return accepted_; }
  HandlerMemory& handler_memory() noexcept { return memory_; }

 private:
  void run() {
    FileDescriptor borrowed(listening_);
    EXPECT_EQ(socket_.open(borrowed, WatchedSocket::Kind::listening), 0);
    (void)borrowed.release();
    wait();
    loop_.run(std::chrono::milliseconds(10), [this](std::int64_t) {
      if (!stopping_.exchange(false)) return;
      (void)socket_.release().release();
      loop_.finish();
    });
  }
  void wait() { socket_.async_wait(WatchedSocket::Event::readable, Handler<&Accepting::on_ready>(*this)); }
  void on_ready(const boost::system::error_code& error) {
    if (error) return;
    ++wakes_;
    while (accept_client(listening_).outcome == Accepted::Outcome::client) ++accepted_;
    wait();
  }

  HandlerMemory memory_;
  Loop loop_;
  WatchedSocket socket_{loop_};
  const int listening_;
  std::atomic<int> wakes_{0};
  std::atomic<int> accepted_{0};
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

bool eventually(auto condition) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  while (!condition() && std::chrono::steady_clock::now() < deadline) std::this_thread::yield();
  return condition();
}

TEST(SharedListeningTest, EachClientWakesOneSleepingLoop) {
  auto listening = open_listeners(bind_address("127.0.0.1:0"), {}, 1);
  ASSERT_TRUE(listening);
  const int socket = listening->sockets.front().get();
  std::deque<Accepting> all;
  for (int i = 0; i < workers; ++i) all.emplace_back(socket);
  const auto sum = [&](auto of) {
    int total = 0;
    for (const Accepting& one : all) total += (one.*of)();
    return total;
  };
  for (int i = 1; i <= many_clients; ++i) {
    const FileDescriptor client = connect_to(local_address(socket));
    ASSERT_TRUE(client);
    ASSERT_TRUE(eventually([&] { return sum(&Accepting::accepted) == i; }));
  }
  const int wakes = sum(&Accepting::wakes);
  RecordProperty("wakes_per_client_percent", wakes * 100 / many_clients);
  EXPECT_GE(wakes, many_clients);
  EXPECT_LT(wakes, many_clients * 2) << "without EPOLLEXCLUSIVE it is one for each worker";
}

TEST(SharedListeningTest, MutingDoesNothing) {
  auto listening = open_listeners(bind_address("127.0.0.1:0"), {}, 1);
  ASSERT_TRUE(listening);
  Loop loop;
  WatchedSocket socket(loop);
  ASSERT_EQ(socket.open(listening->sockets.front(), WatchedSocket::Kind::listening), 0);
  socket.mute();
  const FileDescriptor client = connect_to(local_address(socket.get()));
  ASSERT_TRUE(wait_for(socket.get(), POLLIN));
  loop.poll();
  EXPECT_TRUE(socket.told(WatchedSocket::Event::readable));
}

}  // namespace
}  // namespace duplexd
