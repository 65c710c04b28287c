#include "core/net/pipe_pool.hpp"

#include "tests/unit/descriptor_limit.hpp"
#include "tests/unit/net/sockets.hpp"

#include <gtest/gtest.h>

#include <fcntl.h>
#include <unistd.h>

#include <set>
#include <vector>

namespace duplexd {
namespace {

using namespace net_test;
using test::DescriptorLimit;

constexpr std::size_t pipe_size = 256 * 1024;
constexpr PipeLimits three_pipes{.pipes = 3, .size = pipe_size};

/// What waits in a pipe.
std::size_t contents(const Pipe& pipe) {
  std::vector<std::byte> buffer(pipe_size);
  const ssize_t size = ::read(pipe.exit.get(), buffer.data(), buffer.size());
  return size > 0 ? static_cast<std::size_t>(size) : 0;
}

TEST(PipePoolTest, PipeHasItsSizeAndFlags) {
  PipePool pool(three_pipes);
  Pipe* const pipe = pool.lease();
  ASSERT_TRUE(pipe);
  EXPECT_EQ(pool.pipe_size(), pipe_size);
  EXPECT_EQ(::fcntl(pipe->entrance.get(), F_GETPIPE_SZ), static_cast<int>(pipe_size));
  for (const int end : {pipe->entrance.get(), pipe->exit.get()}) {
    EXPECT_TRUE(::fcntl(end, F_GETFL) & O_NONBLOCK);
    EXPECT_TRUE(::fcntl(end, F_GETFD) & FD_CLOEXEC);
  }
  pool.give_back(pipe);
}

TEST(PipePoolTest, EntranceLeadsToExit) {
  PipePool pool(three_pipes);
  Pipe* const pipe = pool.lease();
  ASSERT_TRUE(pipe);
  EXPECT_EQ(::write(pipe->entrance.get(), "hello", 5), 5);
  EXPECT_EQ(contents(*pipe), 5u);
  pool.give_back(pipe);
}

TEST(PipePoolTest, LimitBoundsLeasedPipes) {
  PipePool pool(three_pipes);
  std::set<Pipe*> pipes;
  for (int i = 0; i < 3; ++i) pipes.insert(pool.lease());
  EXPECT_EQ(pipes.size(), 3u);
  EXPECT_FALSE(pipes.contains(nullptr));
  EXPECT_EQ(pool.leased(), 3u);
  EXPECT_FALSE(pool.lease());
  EXPECT_EQ(pool.leased(), 3u);
  for (Pipe* const pipe : pipes) pool.give_back(pipe);
  EXPECT_EQ(pool.leased(), 0u);
  Pipe* const again = pool.lease();
  EXPECT_TRUE(pipes.contains(again));
  pool.give_back(again);
}

TEST(PipePoolTest, ReturnedPipeIsKept) {
  PipePool pool(three_pipes);
  Pipe* const pipe = pool.lease();
  ASSERT_TRUE(pipe);
  const int exit = pipe->exit.get();
  pool.give_back(pipe);
  const DescriptorLimit none_to_be_had(0);
  EXPECT_EQ(pool.lease(), pipe) << "the one that there is";
  EXPECT_EQ(pipe->exit.get(), exit);
  EXPECT_FALSE(pool.lease());
  pool.give_back(pipe);
}

TEST(PipePoolTest, LeaseAfterDiscardIsEmpty) {
  PipePool pool({.pipes = 1, .size = pipe_size});
  Pipe* pipe = pool.lease();
  ASSERT_TRUE(pipe);
  const FileDescriptor watcher(::fcntl(pipe->exit.get(), F_DUPFD_CLOEXEC, 0));
  ASSERT_EQ(::write(pipe->entrance.get(), "lost", 4), 4);
  pool.discard(pipe);
  EXPECT_EQ(pool.leased(), 0u);
  std::vector<std::byte> buffer(8);
  EXPECT_EQ(::read(watcher.get(), buffer.data(), buffer.size()), 4);
  EXPECT_EQ(::read(watcher.get(), buffer.data(), buffer.size()), 0) << "nobody holds its entrance";
  pipe = pool.lease();
  ASSERT_TRUE(pipe);
  EXPECT_EQ(contents(*pipe), 0u);
  EXPECT_EQ(::fcntl(pipe->entrance.get(), F_GETPIPE_SZ), static_cast<int>(pipe_size));
  pool.give_back(pipe);
}

TEST(PipePoolTest, PipeWaitsForDescriptors) {
  PipePool pool(three_pipes);
  {
    const DescriptorLimit none_to_be_had(0);
    EXPECT_FALSE(pool.lease());
    EXPECT_EQ(pool.leased(), 0u);
  }
  Pipe* const pipe = pool.lease();
  ASSERT_TRUE(pipe);
  pool.give_back(pipe);
}

TEST(PipePoolTest, RefusedSizeLeavesNoDescriptor) {
  PipePool pool({.pipes = 1, .size = std::size_t{1} << 30});
  const Unprivileged nobody;
  const int lowest_free = FileDescriptor(::dup(0)).get();
  EXPECT_FALSE(pool.lease()) << "more than pipe-max-size";
  EXPECT_EQ(FileDescriptor(::dup(0)).get(), lowest_free);
  EXPECT_EQ(pool.leased(), 0u);
}

TEST(PipePoolTest, EmptyPoolLeasesNoPipe) {
  PipePool pool({});
  EXPECT_FALSE(pool.lease());
  EXPECT_EQ(pool.leased(), 0u);
}

TEST(PipeLimitsTest, PipeTakesTwoDescriptors) {
  EXPECT_EQ(pipe_limits(0).pipes, 0u);
  EXPECT_EQ(pipe_limits(1).pipes, 0u);
  EXPECT_EQ(pipe_limits(2).pipes, 1u);
  EXPECT_EQ(pipe_limits(7).pipes, 3u);
}

TEST(PipeLimitsTest, ManyDescriptorsGiveBoundedPipes) {
  EXPECT_EQ(pipe_limits(1'000'000).pipes, pipe_limits(10'000'000).pipes);
  EXPECT_GT(pipe_limits(1'000'000).pipes, 0u);
}

TEST(PipeLimitsTest, UnprivilegedUserGetsEveryPipe) {
  const PipeLimits limits = pipe_limits(1'000'000);
  const Unprivileged nobody;
  PipePool pool(limits);
  std::vector<Pipe*> pipes;
  for (Pipe* pipe = pool.lease(); pipe; pipe = pool.lease()) pipes.push_back(pipe);
  EXPECT_EQ(pipes.size(), limits.pipes);
  for (Pipe* const pipe : pipes) pool.give_back(pipe);
}

}  // namespace
}  // namespace duplexd
