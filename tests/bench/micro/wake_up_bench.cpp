#include "core/net/descriptor.hpp"
#include "core/net/socket/file_descriptor.hpp"
#include "tests/bench/micro/sources.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/system/error_code.hpp>

#include <benchmark/benchmark.h>
#include <sys/socket.h>
#include <sys/types.h>

#include <array>
#include <cstddef>

namespace duplexd::bench {
namespace {

/// One end of a socket pair: waits for a byte, waits again, and answers. When it has done so often enough it
/// closes, and so does the other, which finds the end of the stream.
template <class Source>
class End {
 public:
  End(boost::asio::io_context& context, int socket, benchmark::State& state)
      : socket_(socket), descriptor_(context), state_(state) {
    FileDescriptor given(socket);
    if (watch(descriptor_, given) != 0) state_.SkipWithError("epoll does not take a socket");
  }

  void wait() { descriptor_.async_wait(Descriptor::wait_read, Handler{this}); }
  void send() {
    const char byte = 0;
    if (::send(socket_, &byte, 1, MSG_NOSIGNAL) == 1) return;
    state_.SkipWithError("the other end does not take a byte");
    descriptor_.close();
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
    const ssize_t received = ::recv(socket_, &byte, 1, 0);
    if (received < 0) return wait();
    if (received == 0 || !state_.KeepRunning()) return descriptor_.close();
    wait();
    send();
  }

  typename Source::Memory memory_;
  const int socket_;  // the descriptor's
  Descriptor descriptor_;
  benchmark::State& state_;
};

// A whole wake-up: epoll, one byte in, the next wait, one byte out. What a source saves in `rearm` is to be
// seen against this.
template <class Source>
void wake_up(benchmark::State& state) {
  std::array<int, 2> pair{};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, pair.data()) != 0)
    return state.SkipWithError("no socket pair: see ulimit -n");
  boost::asio::io_context context(BOOST_ASIO_CONCURRENCY_HINT_UNSAFE_IO);
  End<Source> left(context, pair[0], state);
  End<Source> right(context, pair[1], state);
  if (state.error_occurred()) return;
  left.wait();
  right.wait();
  left.send();
  context.run();
}
BENCHMARK_TEMPLATE(wake_up, Chain);
BENCHMARK_TEMPLATE(wake_up, Recycling);
BENCHMARK_TEMPLATE(wake_up, Heap);

}  // namespace
}  // namespace duplexd::bench
