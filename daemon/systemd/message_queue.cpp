#include "daemon/systemd/message_queue.hpp"

#include <fcntl.h>

#include <algorithm>
#include <cerrno>
#include <utility>

namespace duplexd {
namespace {

using Clock = std::chrono::steady_clock;

/// Whether the next try may succeed.
bool is_transient(int error) noexcept {
  return error == EAGAIN || error == EMFILE || error == ENFILE || error == ENOBUFS || error == ENOMEM;
}

void fail(const MessageQueue::Message& message) {
  if (message.on_failed) message.on_failed();
}

/// Replaces the descriptors of a message by copies. False: there are too few descriptors.
bool copy(std::vector<int>& descriptors, std::vector<FileDescriptor>& copies) {
  for (int& descriptor : descriptors) {
    descriptor = copies.emplace_back(::fcntl(descriptor, F_DUPFD_CLOEXEC, 0)).get();
    if (descriptor < 0) return false;
  }
  return true;
}

}  // namespace

MessageQueue::MessageQueue(boost::asio::io_context& control, std::string path)
    : socket_(std::move(path)), timer_(control) {}

void MessageQueue::send(Message message) {
  const int error = waiting_.empty() ? socket_.send(message.text, message.descriptors) : EAGAIN;
  if (is_transient(error)) return queue(std::move(message));
  if (error != 0) fail(message);
}

bool MessageQueue::try_send(std::string_view text) { return waiting_.empty() && socket_.send(text) == 0; }

void MessageQueue::withdraw(Kind kind) {
  std::erase_if(waiting_, [kind](const Waiting& one) { return one.message.kind == kind; });
}

std::size_t MessageQueue::waiting(Kind kind) const noexcept {
  return static_cast<std::size_t>(
      std::ranges::count_if(waiting_, [kind](const Waiting& one) { return one.message.kind == kind; }));
}

bool MessageQueue::stuck() const noexcept {
  return !waiting_.empty() && Clock::now() - last_taken_ >= patience;
}

// States always find room: at most one of each kind waits.
void MessageQueue::queue(Message message) {
  std::vector<FileDescriptor> copies;
  const bool is_state = message.kind == Kind::ready || message.kind == Kind::reloading;
  if ((waiting_.size() >= most_waiting && !is_state) || !copy(message.descriptors, copies))
    return fail(message);
  waiting_.push_back({std::move(message), std::move(copies)});
  if (waiting_.size() > 1) return;
  last_taken_ = Clock::now();
  wait(first_retry);
}

void MessageQueue::try_again() {
  auto next = std::min(2 * retry_, longest_retry);
  while (!waiting_.empty()) {
    const Message& first = waiting_.front().message;
    const int error = socket_.send(first.text, first.descriptors);
    if (is_transient(error)) return wait(next);
    const Waiting over = std::move(waiting_.front());
    waiting_.pop_front();
    last_taken_ = Clock::now();
    next = first_retry;
    if (error != 0) fail(over.message);
  }
}

// A timer instead of a wait for the socket, which is another one after the receiver has restarted.
void MessageQueue::wait(std::chrono::milliseconds time) {
  retry_ = time;
  timer_.expires_after(time);
  timer_.async_wait([this](const boost::system::error_code& error) {
    if (!error) try_again();
  });
}

}  // namespace duplexd
