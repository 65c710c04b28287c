// Clients that wait in the backlog when a server stops or pauses.
#include "core/net/socket/stream.hpp"
#include "tests/support/directory.hpp"
#include "tests/support/fake_names.hpp"
#include "tests/support/proxy.hpp"

#include <gtest/gtest.h>

#include <sys/socket.h>
#include <unistd.h>

#include <mutex>
#include <optional>

namespace duplexd::test {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t many = 200;

/// Stops each worker at the first client that it turns away, until let_go().
class HoldingSink final : public EventSink {
 public:
  void session_ended(const SessionEnd& end) noexcept override {
    const std::lock_guard wait(held_);
    ended.session_ended(end);
  }
  void notice(const Notice&) noexcept override {}
  void let_go() { hold_.unlock(); }

  Recorder ended;

 private:
  std::mutex held_;
  std::unique_lock<std::mutex> hold_{held_};
};

/// A server whose clients wait before it starts, and that is told to stop before it accepts the first one.
class Backlog : public testing::Test {
 protected:
  void open(const SocketAddress& bind) {
    config.listeners[0].bind[0].address = bind;
    start();
  }

  /// As a service manager passes it, which keeps the socket.
  FileDescriptor open_inherited() {
    FileDescriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    const SocketAddress address = loopback();
    EXPECT_EQ(::bind(socket.get(), address.data(), address.size()), 0);
    EXPECT_EQ(::listen(socket.get(), 1024), 0);
    InheritedSockets inherited;
    inherited.emplace("web", FileDescriptor(::dup(socket.get())));
    config.listeners[0].bind[0] = {.kind = BindAddress::Kind::inherited, .address = {}, .name = "web"};
    start(std::move(inherited));
    return socket;
  }

  void start(InheritedSockets inherited = {}) {
    server.emplace(control, std::make_shared<const Config>(config), sink, names, catalogs,
                   std::move(inherited));
    for (std::size_t i = 0; i < many; ++i) {
      clients.push_back(Peer::connect(server->addresses()[0].address));
      clients.back().send("hello");
      clients.back().end();
    }
    server->start();
  }

  void expect_all_served() {
    sink.let_go();
    for (std::size_t i = 0; i < many; ++i) EXPECT_EQ(backend.accept().receive_all(), "hello");
    for (Peer& client : clients) EXPECT_TRUE(client.at_end());
  }

  bool comes_true(const bool& what) {
    control.restart();
    const auto work = boost::asio::make_work_guard(control);
    return eventually([&] {
      control.poll();
      return what;
    });
  }

  boost::asio::io_context control;
  FakeNames fake_names;
  NameService names{control, fake_names.source()};
  CatalogService catalogs{control, names};
  HoldingSink sink;
  Backend backend;
  TemporaryDirectory directory;
  Config config = proxy_config({backend.address()});
  std::optional<Server> server;
  std::vector<Peer> clients;
  bool done = false;
};

TEST_F(Backlog, TcpBacklogIsServedBeforeStop) {
  open(loopback());
  server->drain([this] { done = true; });
  expect_all_served();
  EXPECT_TRUE(comes_true(done));
}

TEST_F(Backlog, UnixBacklogIsServedBeforeStop) {
  open(directory.socket("listener"));
  server->drain([this] { done = true; });
  expect_all_served();
  EXPECT_TRUE(comes_true(done));
}

TEST_F(Backlog, TcpBacklogIsServedBeforePause) {
  open(loopback());
  server->pause([this] { done = true; });
  EXPECT_TRUE(comes_true(done));
  EXPECT_THROW((void)Peer::connect(server->addresses()[0].address), std::system_error);
  expect_all_served();
}

TEST_F(Backlog, SurvivesAPauseResumedAndRepeated) {
  open(loopback());
  bool first = false;
  server->pause([&] { first = true; });
  server->resume();
  server->pause([this] { done = true; });
  EXPECT_TRUE(comes_true(done));
  EXPECT_TRUE(first);
  expect_all_served();
}

TEST_F(Backlog, SurvivesPauseThatBecomesDrain) {
  open(loopback());
  bool paused = false;
  server->pause([&] { paused = true; });
  server->drain([this] { done = true; });
  expect_all_served();
  EXPECT_TRUE(comes_true(done));
  EXPECT_TRUE(paused);
}

TEST_F(Backlog, SharedBacklogIsLeftToOwner) {
  config.listeners[0].access.deny = NetworkSet({*Network::parse("127.0.0.0/8")});
  const FileDescriptor elsewhere = open_inherited();
  server->leave_sockets();
  server->drain([this] { done = true; });
  sink.let_go();
  EXPECT_TRUE(comes_true(done));
  server.reset();
  std::size_t left = 0;
  while (FileDescriptor(::accept4(elsewhere.get(), nullptr, nullptr, SOCK_CLOEXEC))) ++left;
  EXPECT_GT(left, 0u);
  EXPECT_EQ(left + sink.ended.ends().size(), many) << "nobody is lost";
}

TEST_F(Backlog, HoldsNoImmediateStopUp) {
  config.drain = 0ms;
  open(loopback());
  sink.let_go();
  server->drain([this] { done = true; });
  EXPECT_TRUE(comes_true(done));
}

}  // namespace
}  // namespace duplexd::test
