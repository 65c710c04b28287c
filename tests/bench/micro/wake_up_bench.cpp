#include "core/net/loop.hpp"
#include "core/net/socket/file_descriptor.hpp"
#include "core/net/watched_socket.hpp"
#include "tests/bench/micro/sources.hpp"

#include <boost/system/error_code.hpp>

#include <benchmark/benchmark.h>
#include <sys/socket.h>
#include <sys/types.h>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace duplexd::bench {
namespace {

/// One end of a socket pair: waits for a byte, waits again, and answers. When it has done so often enough it
/// closes, and so does the other, which finds the end of the stream.
template <class Source>
class End {
 public:
  End(Loop& loop, int socket, benchmark::State& state) : loop_(loop), socket_(loop), state_(state) {
    FileDescriptor given(socket);
    if (socket_.open(given, WatchedSocket::Kind::other) != 0)
      state_.SkipWithError("epoll does not take a socket");
  }

  void wait() { socket_.async_wait(WatchedSocket::Event::readable, Handler{this}); }
  void send() {
    const char byte = 0;
    if (::send(socket_.get(), &byte, 1, MSG_NOSIGNAL) == 1) return;
    state_.SkipWithError("the other end does not take a byte");
    close();
  }

 private:
  /// As core/memory/handler.hpp, for any source.
  struct Handler {
    using allocator_type = typename Source::template Allocator<std::byte>;
    allocator_type get_allocator() const noexcept { return allocator_type(end->memory_); }
    void operator()(const boost::system::error_code& error) const {
      if (!error) end->on_readable();
    }
    End* end;
  };

  void on_readable() {
    char byte;
    const ssize_t received = ::recv(socket_.get(), &byte, 1, 0);
    if (received < 0) return wait();
    if (received == 0 || !state_.KeepRunning()) return close();
    wait();
    send();
  }
  void close() {
    socket_.close();
    loop_.finish();
  }

  typename Source::Memory memory_;
  Loop& loop_;
  WatchedSocket socket_;
  benchmark::State& state_;
};

// A whole wake-up: epoll, one byte in, the next wait, one byte out. What a source saves in `rearm` is to be
// seen against this.
template <class Source>
void wake_up(benchmark::State& state) {
  std::array<int, 2> pair{};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, pair.data()) != 0)
    return state.SkipWithError("no socket pair: see ulimit -n");
  Loop loop;
  End<Source> left(loop, pair[0], state);
  End<Source> right(loop, pair[1], state);
  if (state.error_occurred()) return;
  left.wait();
  right.wait();
  left.send();
  loop.run(std::chrono::hours(1), [](std::int64_t) {});
}
BENCHMARK_TEMPLATE(wake_up, Chain);
BENCHMARK_TEMPLATE(wake_up, Recycled);
BENCHMARK_TEMPLATE(wake_up, Heap);

}  // namespace
}  // namespace duplexd::bench
