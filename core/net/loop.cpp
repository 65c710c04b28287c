#include "core/net/loop.hpp"

#include "core/net/watched_socket.hpp"

#include <sys/eventfd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

namespace duplexd {

namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

thread_local const Loop* running = nullptr;

/// While it lives, this thread runs the loop.
class Running {
 public:
  explicit Running(const Loop& loop) noexcept : before_(std::exchange(running, &loop)) {}
  ~Running() { running = before_; }
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;

 private:
  const Loop* const before_;
};

FileDescriptor valid(int descriptor, const char* call) {
  if (descriptor < 0) throw std::system_error(errno, std::system_category(), call);
  return FileDescriptor(descriptor);
}

}  // namespace

Loop::Loop()
    : set_(valid(::epoll_create1(EPOLL_CLOEXEC), "epoll_create1")),
      wake_up_(valid(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK), "eventfd")) {
  // Each write is an edge (EPOLLET), read or not.
  const int error = control(EPOLL_CTL_ADD, wake_up_.get(), EPOLLIN | EPOLLET, nullptr);
  if (error != 0) throw std::system_error(error, std::system_category(), "epoll_ctl");
}

// A handler that is destroyed may post another.
Loop::~Loop() {
  shutdown();
  for (take_posted(); Operation* const operation = ready_.pop(); take_posted()) operation->destroy();
  destroy();
}

void Loop::run(milliseconds interval, const OnTick& on_tick) {
  const Running here(*this);
  Clock::time_point last_tick = Clock::now();
  Clock::time_point now = last_tick;
  while (!over()) {
    turn(std::max(milliseconds(0), std::chrono::ceil<milliseconds>(last_tick + interval - now)));
    now = Clock::now();
    const std::int64_t passed = (now - last_tick) / interval;
    if (passed == 0) continue;
    lateness_ = now - last_tick - interval;
    last_tick += passed * interval;
    on_tick(passed);
  }
}

std::size_t Loop::poll() {
  const Running here(*this);
  return turn(milliseconds(0));
}

// Handlers may destroy any socket, so all events are told before the first one runs.
std::size_t Loop::turn(milliseconds patience) {
  const int count = wait(patience);
  ++turns_;
  for (int i = 0; i < count; ++i) {
    const epoll_event& event = events_[static_cast<std::size_t>(i)];
    if (event.data.ptr) static_cast<WatchedSocket*>(event.data.ptr)->on_events(event.events);
  }
  take_posted();
  return complete_ready();
}

int Loop::wait(milliseconds patience) noexcept {
  const bool sleeps = patience.count() > 0 && ready_.empty() && falls_asleep();
  const int count =
      ::epoll_wait(set_.get(), events_.data(), batch, sleeps ? static_cast<int>(patience.count()) : 0);
  asleep_.store(false, std::memory_order_relaxed);
  assert(count >= 0 || errno == EINTR);
  return count;
}

// With seq_cst either the loop sees the post, or the poster sees the flag.
bool Loop::falls_asleep() noexcept {
  asleep_.store(true, std::memory_order_seq_cst);
  return !posted_.load(std::memory_order_seq_cst);
}

// A client may connect because it was told of an order that was posted here. So orders run first, before
// events of sockets and before what was left for this turn.
void Loop::take_posted() noexcept {
  if (!posted_.load(std::memory_order_relaxed)) return;
  for (Operation* newest = posted_.exchange(nullptr); newest;) {
    ++outstanding_;
    ready_.push_front(*std::exchange(newest, newest->next));
  }
}

std::size_t Loop::complete_ready() noexcept {
  std::size_t completed = 0;
  OperationQueue now;
  for (now.swap(ready_); Operation* const operation = now.pop(); ++completed) {
    --outstanding_;
    operation->complete();
  }
  return completed;
}

bool Loop::over() const noexcept {
  return finishing_ && outstanding_ == 0 && work_.load(std::memory_order_acquire) == 0 &&
         !posted_.load(std::memory_order_relaxed);
}

int Loop::control(int action, int socket, std::uint32_t events, WatchedSocket* watch) noexcept {
  epoll_event event{.events = events, .data = {.ptr = watch}};
  return ::epoll_ctl(set_.get(), action, socket, &event) == 0 ? 0 : errno;
}

bool Loop::runs_here() const noexcept { return running == this; }

void Loop::post(Operation& operation) noexcept {
  if (runs_here()) {
    ++outstanding_;
    return complete_later(operation);
  }
  operation.next = posted_.load(std::memory_order_relaxed);
  while (!posted_.compare_exchange_weak(operation.next, &operation, std::memory_order_seq_cst)) {
  }
  wake();
}

void Loop::wake() noexcept {
  if (!asleep_.load(std::memory_order_seq_cst) || !asleep_.exchange(false)) return;
  // Cannot fail: the counter is far from its limit.
  ::eventfd_write(wake_up_.get(), 1);
}

}  // namespace duplexd
