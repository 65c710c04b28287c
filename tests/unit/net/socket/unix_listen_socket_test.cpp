#include "core/net/socket/connecting.hpp"
#include "core/net/socket/listen_socket.hpp"
#include "tests/unit/net/sockets.hpp"

#include <gtest/gtest.h>

#include <fcntl.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

namespace duplexd {
namespace {

using namespace net_test;

class UnixListenSocketTest : public testing::Test {
 protected:
  OpenResult<ListeningSockets> open(unsigned count = 1, UnixSocketPermissions permissions = {}) {
    return open_listeners(bind_address(name), {.unix_socket = permissions}, count);
  }
  struct stat status() const {
    struct stat result {};
    EXPECT_EQ(::lstat(path.c_str(), &result), 0) << path;
    return result;
  }
  bool exists() const { return std::filesystem::exists(std::filesystem::symlink_status(path)); }

  /// Leaves a socket file as a killed process does.
  void leave_stale_socket() {
    const FileDescriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const auto at = address(name);
    ASSERT_EQ(::bind(socket.get(), at.data(), at.size()), 0);
  }

  TemporaryDirectory directory;
  const std::string path = directory.file("x.sock");
  const std::string name = "unix:" + path;
};

TEST_F(UnixListenSocketTest, WorkersShareOneQueueOfClients) {
  const auto listening = open(3);
  ASSERT_TRUE(listening) << listening.error().what;
  ASSERT_EQ(listening->sockets.size(), 3U);
  for (const auto& socket : listening->sockets) {
    EXPECT_TRUE(::fcntl(socket.get(), F_GETFL) & O_NONBLOCK);
    EXPECT_TRUE(::fcntl(socket.get(), F_GETFD) & FD_CLOEXEC);
    const auto client = connect_to(address(name));
    EXPECT_TRUE(accept_from(socket.get()));
  }
}

TEST_F(UnixListenSocketTest, ModeIgnoresTheUmask) {
  const auto umask_before = ::umask(0077);
  const auto listening = open(1, {.mode = 0666, .owner = {}, .group = {}});
  ::umask(umask_before);
  ASSERT_TRUE(listening) << listening.error().what;
  EXPECT_EQ(status().st_mode & 07777, 0666U);
  EXPECT_EQ(status().st_uid, ::geteuid());
}

TEST_F(UnixListenSocketTest, OwnerAndGroupAreAsConfigured) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root gives files away";
  const auto listening = open(1, {.mode = 0600, .owner = 1234, .group = 2345});
  ASSERT_TRUE(listening) << listening.error().what;
  EXPECT_EQ(status().st_uid, 1234U);
  EXPECT_EQ(status().st_gid, 2345U);
  EXPECT_EQ(status().st_mode & 07777, 0600U);
}

TEST_F(UnixListenSocketTest, ForbiddenOwnerLeavesNoFile) {
  std::filesystem::permissions(directory.path(), std::filesystem::perms::all);
  const Unprivileged unprivileged;
  const auto listening = open(1, {.mode = 0600, .owner = 1, .group = {}});
  ASSERT_FALSE(listening);
  EXPECT_EQ(listening.error().error, EPERM);
  EXPECT_FALSE(exists());
}

TEST_F(UnixListenSocketTest, StaleSocketIsReplaced) {
  leave_stale_socket();
  ASSERT_TRUE(exists());
  const auto listening = open();
  ASSERT_TRUE(listening) << listening.error().what;
  EXPECT_TRUE(connect_to(address(name)));
}

TEST_F(UnixListenSocketTest, LiveSocketIsRefusedAndKept) {
  const auto first = open();
  ASSERT_TRUE(first) << first.error().what;
  const auto second = open();
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().error, EADDRINUSE);
  EXPECT_EQ(second.error().what,
            "cannot listen on " + name + ": Address already in use (a process listens there)");
  EXPECT_TRUE(connect_to(address(name)));
}

TEST_F(UnixListenSocketTest, FullBacklogIsNotStale) {
  const auto first = open_listeners(bind_address(name), {.backlog = 0, .unix_socket = {}}, 1);
  ASSERT_TRUE(first) << first.error().what;
  const auto waiting = connect_to(address(name));
  EXPECT_EQ(begin_connect(address(name), {}, nullptr).error, EAGAIN);
  const auto second = open();
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().error, EADDRINUSE);
  EXPECT_TRUE(exists());
}

TEST_F(UnixListenSocketTest, DatagramSocketIsNotStale) {
  const FileDescriptor other(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  const auto at = address(name);
  ASSERT_EQ(::bind(other.get(), at.data(), at.size()), 0);
  const auto listening = open();
  ASSERT_FALSE(listening);
  EXPECT_EQ(listening.error().error, EADDRINUSE);
  EXPECT_TRUE(exists());
}

TEST_F(UnixListenSocketTest, OrdinaryFileIsNeverRemoved) {
  std::ofstream(path) << "precious";
  const auto listening = open();
  ASSERT_FALSE(listening);
  EXPECT_EQ(listening.error().what,
            "cannot listen on " + name + ": File exists (it is no socket, so it is left alone)");
  EXPECT_EQ(std::filesystem::file_size(path), 8U);
}

TEST_F(UnixListenSocketTest, SymbolicLinkIsNeverRemoved) {
  std::filesystem::create_symlink("elsewhere", path);
  const auto listening = open();
  ASSERT_FALSE(listening);
  EXPECT_EQ(listening.error().error, EEXIST);
  EXPECT_TRUE(exists());
}

TEST_F(UnixListenSocketTest, MissingDirectoryIsExplained) {
  const auto at = "unix:" + directory.file("missing/x.sock");
  const auto listening = open_listeners(bind_address(at), {}, 1);
  ASSERT_FALSE(listening);
  EXPECT_EQ(listening.error().what,
            "cannot listen on " + at + ": No such file or directory (its directory is missing)");
}

TEST_F(UnixListenSocketTest, SocketFileIsRemovedWithSocket) {
  { const auto listening = open(2); }
  EXPECT_FALSE(exists());
}

TEST_F(UnixListenSocketTest, MovedOwnerRemovesFileOnce) {
  auto listening = open();
  ASSERT_TRUE(listening) << listening.error().what;
  UnixSocketFile moved(std::move(listening->file));
  EXPECT_EQ(moved.path(), path);
  UnixSocketFile assigned;
  assigned = std::move(moved);
  listening->file.remove();
  moved.remove();
  EXPECT_TRUE(exists());
  assigned = UnixSocketFile();
  EXPECT_FALSE(exists());
}

TEST_F(UnixListenSocketTest, SuccessorsFileIsKept) {
  auto listening = open();
  ASSERT_TRUE(listening) << listening.error().what;
  std::filesystem::remove(path);
  const auto successor = open();
  ASSERT_TRUE(successor) << successor.error().what;
  *listening = ListeningSockets{};
  EXPECT_TRUE(exists());
  EXPECT_TRUE(connect_to(address(name)));
}

TEST_F(UnixListenSocketTest, AbstractNameHasNoFile) {
  const auto bind = bind_address("unix:@" + path);
  const auto first = open_listeners(bind, {}, 2);
  ASSERT_TRUE(first) << first.error().what;
  ASSERT_EQ(first->sockets.size(), 2U);
  EXPECT_EQ(local_address(first->sockets.front().get()), bind.address);
  EXPECT_EQ(first->file.path(), "");
  EXPECT_FALSE(exists());
  EXPECT_TRUE(connect_to(bind.address));
  const auto second = open_listeners(bind, {}, 1);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().error, EADDRINUSE);
}

}  // namespace
}  // namespace duplexd
