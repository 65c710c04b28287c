#include "core/memory/owning_handler.hpp"

#include "core/net/descriptor.hpp"

#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include <sys/socket.h>

#include <array>
#include <cstddef>
#include <memory>
#include <optional>
#include <utility>

namespace duplexd {
namespace {

/// A chain of waits for which nobody waits.
struct OwnedWaiter : std::enable_shared_from_this<OwnedWaiter> {
  explicit OwnedWaiter(boost::asio::io_context& context) : socket(context) {
    std::array<int, 2> pair{};
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, pair.data()) != 0) return;
    peer = FileDescriptor(pair[1]);
    socket.assign(pair[0]);
  }
  void wait(Descriptor::wait_type what) {
    socket.async_wait(what, OwningHandler<&OwnedWaiter::on_ready>(shared_from_this()));
  }
  void on_ready(const boost::system::error_code&) {
    free_on_entry = free_on_entry && !memory.busy();
    if (--rounds_left > 0) wait(Descriptor::wait_write);
  }
  AsioHandlerMemory& handler_memory() noexcept { return memory; }

  AsioHandlerMemory memory;
  Descriptor socket;
  FileDescriptor peer;
  int rounds_left = 100;
  bool free_on_entry = true;
};

class OwningHandlerTest : public testing::Test {
 protected:
  std::optional<boost::asio::io_context> context_{std::in_place};
  std::shared_ptr<OwnedWaiter> waiter_ = std::make_shared<OwnedWaiter>(*context_);
};

TEST_F(OwningHandlerTest, WaitsFitTheBlock) {
  waiter_->wait(Descriptor::wait_write);
  context_->run();
  EXPECT_EQ(waiter_->rounds_left, 0);
  EXPECT_TRUE(waiter_->free_on_entry);
  EXPECT_EQ(waiter_->memory.fallbacks(), 0u);
}

// Asio does so when it cannot start the operation, for which it has allocated already.
TEST_F(OwningHandlerTest, HandlerMovedFromFreesItsMemory) {
  const OwningHandler<&OwnedWaiter::on_ready> handler(waiter_);
  auto moved_from = handler;
  auto allocator = moved_from.get_allocator();
  std::byte* const memory = allocator.allocate(1);
  const auto moved_to = std::move(moved_from);
  moved_from.get_allocator().deallocate(memory, 1);  // NOLINT(bugprone-use-after-move)
  EXPECT_FALSE(waiter_->memory.busy());
  EXPECT_EQ(&moved_to.get_allocator().memory(), &waiter_->memory);
}

TEST_F(OwningHandlerTest, WaitsKeepDroppedOwnersAlive) {
  const std::weak_ptr<OwnedWaiter> observer = waiter_;
  waiter_->wait(Descriptor::wait_write);
  waiter_.reset();
  EXPECT_FALSE(observer.expired());
  context_->run();
  EXPECT_TRUE(observer.expired());
}

TEST_F(OwningHandlerTest, DestroyedContextsDestroyTheOwner) {
  const std::weak_ptr<OwnedWaiter> observer = waiter_;
  waiter_->wait(Descriptor::wait_read);
  waiter_.reset();
  EXPECT_FALSE(observer.expired());
  context_.reset();  // the block is in the owner, and the operation in the block
  EXPECT_TRUE(observer.expired());
}

}  // namespace
}  // namespace duplexd
