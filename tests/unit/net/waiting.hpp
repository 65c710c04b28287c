#pragma once

#include "core/memory/handler.hpp"
#include "core/net/watched_socket.hpp"
#include "tests/unit/net/sockets.hpp"

#include <gtest/gtest.h>

#include <array>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace duplexd::net_test {

using Event = WatchedSocket::Event;
using Kind = WatchedSocket::Kind;

/// Waits once at a time, and notes how it went.
struct Waiter {
  void wait(WatchedSocket& socket, Event event) {
    socket.async_wait(event, Handler<&Waiter::on_event>(*this));
  }
  void yield(Loop& loop) { loop.async_yield(Handler<&Waiter::on_event>(*this)); }
  void on_event(const boost::system::error_code& error) {
    ++calls;
    last = error;
    free_on_entry = free_on_entry && !memory.busy();
  }
  HandlerMemory& handler_memory() noexcept { return memory; }

  HandlerMemory memory;
  int calls = 0;
  boost::system::error_code last;
  bool free_on_entry = true;
};

inline Pair unix_pair() {
  std::array<int, 2> ends{-1, -1};
  EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends.data()), 0);
  return {.ours = FileDescriptor(ends[0]), .peer = FileDescriptor(ends[1])};
}

/// A loop, and a socket with its peer. What a peer on a Unix socket does is known at once, so that
/// run_ready() is all that has to be waited for.
class WatchedSocketTest : public testing::Test {
 protected:
  WatchedSocketTest() { watch(unix_pair()); }

  void watch(Pair pair, Kind kind = Kind::other) {
    peer_ = std::move(pair.peer);
    socket_.emplace(*loop_);
    EXPECT_EQ(socket_->open(pair.ours, kind), 0);
    EXPECT_FALSE(pair.ours) << "the socket belongs to its watch now";
  }

  /// Runs what is ready, and returns.
  void run_ready() {
    while (loop_->poll() > 0) {
    }
  }
  void peer_sends(std::string_view text) { ASSERT_EQ(send(peer_.get(), bytes(text)).bytes, text.size()); }
  void read_until_it_would_block(int socket) {
    std::array<std::byte, 4096> buffer{};
    IoResult in = receive(socket, buffer);
    while (in.bytes > 0) in = receive(socket, buffer);
    ASSERT_TRUE(in.would_block());
  }
  void write_until_it_would_block(int socket) {
    const std::vector<std::byte> much(64 * 1024);
    IoResult out = send(socket, much);
    while (out.bytes > 0) out = send(socket, much);
    ASSERT_TRUE(out.would_block());
  }

  Waiter waiter_;  // its memory outlives its operations
  std::optional<Loop> loop_{std::in_place};
  FileDescriptor peer_;
  std::optional<WatchedSocket> socket_;
};

}  // namespace duplexd::net_test
