#include "core/listener/accept.hpp"
#include "core/memory/handler.hpp"
#include "core/net/watched_socket.hpp"
#include "tests/support/peer.hpp"
#include "tests/unit/net/sockets.hpp"

#include <gtest/gtest.h>

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <deque>
#include <fstream>
#include <string>
#include <thread>

namespace duplexd {
namespace {

using namespace net_test;
using test::eventually;

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

  /// The kernel has it in epoll_wait(2): proc(5), the state in /proc/pid/stat.
  bool is_asleep() const {
    std::ifstream file("/proc/self/task/" + std::to_string(thread_id_) + "/stat");
    std::string stat;
    return std::getline(file, stat) && stat.substr(stat.rfind(')') + 1).starts_with(" S");
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
    thread_id_ = ::gettid();
    loop_.run(std::chrono::milliseconds(100), [this](std::int64_t) {
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
  std::atomic<pid_t> thread_id_{0};
  std::atomic<int> wakes_{0};
  std::atomic<int> accepted_{0};
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

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
  // A loop that is awake may take a client unasked, or come too late for one.
  const auto all_sleep = [&] { return std::ranges::all_of(all, &Accepting::is_asleep); };
  for (int i = 1; i <= many_clients; ++i) {
    ASSERT_TRUE(eventually(all_sleep));
    const FileDescriptor client = connect_to(local_address(socket));
    ASSERT_TRUE(client);
    ASSERT_TRUE(eventually([&] { return sum(&Accepting::accepted) == i; }));
  }
  const int wakes = sum(&Accepting::wakes);
  RecordProperty("wakes_per_client_percent", wakes * 100 / many_clients);
  EXPECT_GE(wakes, many_clients - many_clients / 10);
  EXPECT_LT(wakes, many_clients + many_clients / 10) << "without EPOLLEXCLUSIVE it is one for each worker";
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
