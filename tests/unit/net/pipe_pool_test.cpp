#include "core/net/pipe_pool.hpp"

#include "tests/unit/descriptor_limit.hpp"
#include "tests/unit/net/sockets.hpp"

#include <gtest/gtest.h>

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <set>
#include <string_view>
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
  EXPECT_EQ(pipe->size, pipe_size);
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

TEST(PipePoolTest, RefusedSizeGivesSmallerPipe) {
  PipePool pool({.pipes = 1, .size = std::size_t{1} << 30});
  const Unprivileged nobody;
  Pipe* const pipe = pool.lease();
  ASSERT_TRUE(pipe) << "the size is more than pipe-max-size";
  EXPECT_GE(pipe->size, PipePool::smallest_pipe);
  EXPECT_LT(pipe->size, std::size_t{1} << 30);
  EXPECT_EQ(::fcntl(pipe->entrance.get(), F_GETPIPE_SZ), static_cast<int>(pipe->size));
  EXPECT_FALSE(pool.refusal());
  pool.give_back(pipe);
}

/// Takes pipes for a user of its own until there are no more. Returns 0, or which expectation failed.
int take_all_that_a_user_may_have() {
  const auto user = static_cast<uid_t>(100'000 + ::getpid());
  if (::setresuid(user, user, user) != 0) return 1;
  PipePool small({.pipes = 1, .size = PipePool::smallest_pipe});
  Pipe* const first = small.lease();
  PipePool pool({.pipes = 4096, .size = 1024 * 1024});
  std::vector<Pipe*> pipes;
  for (Pipe* pipe = pool.lease(); pipe; pipe = pool.lease()) pipes.push_back(pipe);
  const bool shrank = !pipes.empty() && pipes.back()->size < pipes.front()->size;
  const bool refused = pipes.size() < 4096 && pool.refusal() && pool.refusal()->error == EPERM;
  const int lowest_free = FileDescriptor(::dup(0)).get();
  const bool leaked = pool.lease() || FileDescriptor(::dup(0)).get() != lowest_free;
  small.give_back(first);
  for (Pipe* const pipe : pipes) pool.give_back(pipe);
  return !shrank ? 2 : !refused ? 3 : leaked ? 4 : 0;
}

TEST(PipePoolDeathTest, PipesOfLimitedUserShrink) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can be another user";
  EXPECT_EXIT(std::_Exit(take_all_that_a_user_may_have()), testing::ExitedWithCode(0), "");
}

TEST(PipePoolTest, FirstRefusalIsRemembered) {
  PipePool pool(three_pipes);
  EXPECT_FALSE(pool.refusal());
  pool.on_splice_refused(ENOMEM, false);
  pool.on_splice_refused(EPERM, true);
  EXPECT_EQ(pool.refusal()->call, "splice");
  EXPECT_EQ(pool.refusal()->error, ENOMEM);
  EXPECT_TRUE(pool.forbidden());
  EXPECT_FALSE(pool.lease());
}

TEST(PipePoolTest, EmptyPoolLeasesNoPipe) {
  PipePool pool({});
  EXPECT_FALSE(pool.lease());
  EXPECT_EQ(pool.leased(), 0u);
  EXPECT_EQ(pool.refusal()->call, "pipe");
  EXPECT_EQ(pool.refusal()->error, EMFILE);
}

void rest(PipePool& pool) {
  for (int i = 0; i < PipePool::idle_ticks; ++i) pool.on_tick();
}

TEST(PipePoolTest, IdlePipesAreClosed) {
  PipePool pool(three_pipes);
  Pipe* const first = pool.lease();
  Pipe* const second = pool.lease();
  ASSERT_TRUE(first && second);
  pool.give_back(first);
  rest(pool);
  EXPECT_TRUE(first->exit) << "it was used in this time";
  rest(pool);
  EXPECT_FALSE(first->exit);
  EXPECT_TRUE(second->exit) << "it is leased";
  pool.give_back(second);
  rest(pool);
  rest(pool);
  EXPECT_FALSE(second->exit);
  Pipe* const again = pool.lease();
  ASSERT_TRUE(again);
  EXPECT_TRUE(again->exit);
  pool.give_back(again);
}

TEST(PipePoolTest, PipesInUseStayOpen) {
  PipePool pool(three_pipes);
  Pipe* const often = pool.lease();
  Pipe* const dirty = pool.lease();
  ASSERT_TRUE(often && dirty);
  pool.give_back(often);
  pool.discard(dirty);
  const int exit = often->exit.get();
  for (int i = 0; i < 10; ++i) {
    rest(pool);
    Pipe* const pipe = pool.lease();
    ASSERT_TRUE(pipe);
    EXPECT_EQ(pipe->exit.get(), exit);
    pool.give_back(pipe);
  }
}

/// As another process had it.
Pipe foreign_pipe(std::string_view bytes) {
  std::array<int, 2> ends{};
  EXPECT_EQ(::pipe2(ends.data(), O_NONBLOCK | O_CLOEXEC), 0);
  EXPECT_EQ(::write(ends[1], bytes.data(), bytes.size()), static_cast<ssize_t>(bytes.size()));
  return {.entrance = FileDescriptor(ends[1]), .exit = FileDescriptor(ends[0]), .size = 64 * 1024};
}

TEST(PipePoolTest, TakenPipeKeepsItsBytes) {
  PipePool pool(three_pipes);
  Pipe foreign = foreign_pipe("held");
  Pipe* const pipe = pool.take_over(foreign);
  ASSERT_TRUE(pipe);
  EXPECT_EQ(pool.leased(), 1u);
  EXPECT_EQ(contents(*pipe), 4u);
  pool.give_back(pipe);
  EXPECT_EQ(pool.leased(), 0u);
}

// The limit holds again when they have been given back.
TEST(PipePoolTest, PipesAreTakenBeyondTheLimit) {
  PipePool pool(three_pipes);
  std::vector<Pipe*> taken;
  for (int i = 0; i < 5; ++i) {
    Pipe foreign = foreign_pipe("x");
    taken.push_back(pool.take_over(foreign));
    ASSERT_TRUE(taken.back());
  }
  EXPECT_EQ(pool.leased(), 5u);
  EXPECT_FALSE(pool.lease());
  pool.discard(taken[0]);
  pool.give_back(taken[1]);
  EXPECT_EQ(pool.leased(), 3u);
  EXPECT_FALSE(pool.lease());
  pool.give_back(taken[2]);
  Pipe* const last = pool.lease();
  EXPECT_TRUE(last);
  EXPECT_FALSE(pool.lease());
  for (Pipe* const each : {taken[3], taken[4], last}) pool.give_back(each);
  EXPECT_EQ(pool.leased(), 0u);
}

TEST(PipeLimitsTest, PipeTakesTwoDescriptors) {
  EXPECT_EQ(pipe_limits(0, 1).pipes, 0u);
  EXPECT_EQ(pipe_limits(1, 1).pipes, 0u);
  EXPECT_EQ(pipe_limits(2, 1).pipes, 1u);
  EXPECT_EQ(pipe_limits(7, 1).pipes, 3u);
}

TEST(PipeLimitsTest, ManyDescriptorsGiveBoundedPipes) {
  EXPECT_EQ(pipe_limits(1'000'000, 2).pipes, 32u);
  EXPECT_EQ(pipe_limits(1'000'000, 100).pipes, 100u) << "each worker has one";
}

TEST(PipeLimitsTest, UnprivilegedUserGetsEveryPipe) {
  const PipeLimits limits = pipe_limits(1'000'000, 2);
  const Unprivileged nobody;
  PipePool pool(limits);
  std::vector<Pipe*> pipes;
  for (Pipe* pipe = pool.lease(); pipe; pipe = pool.lease()) pipes.push_back(pipe);
  EXPECT_EQ(pipes.size(), limits.pipes);
  for (Pipe* const pipe : pipes) pool.give_back(pipe);
}

}  // namespace
}  // namespace duplexd
