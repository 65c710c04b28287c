// The file of a Unix socket that is listened on goes, or another one takes its place.
#include "tests/support/directory.hpp"
#include "tests/support/proxy.hpp"

#include <gtest/gtest.h>

#include <sys/stat.h>

#include <filesystem>
#include <fstream>

namespace duplexd::test {
namespace {

using namespace std::chrono_literals;

class UnixFile : public testing::Test {
 protected:
  UnixFile() {
    std::filesystem::create_directory(folder_);
    config_.listeners[0].bind[0].address = at_;
    config_.listeners[0].unix_socket.mode = 0600;
  }

  static mode_t mode(const std::string& path) {
    struct stat status {};
    EXPECT_EQ(::stat(path.c_str(), &status), 0) << path;
    return status.st_mode & 07777;
  }
  /// Some other key than those of the address.
  std::string reload(Proxy& proxy) {
    config_.listeners[0].timeouts.idle += 1s;
    return proxy.reload(config_);
  }
  void expect_served() {
    Peer client = Peer::connect(at_);
    Peer endpoint = backend_.accept();
    client.send("ping");
    EXPECT_EQ(endpoint.receive(4), "ping");
  }

  const TemporaryDirectory directory_;
  const std::string folder_ = directory_.path("run");
  const std::string path_ = folder_ + "/socket";
  const SocketAddress at_ = directory_.socket("run/socket");
  Backend backend_;
  Config config_ = proxy_config({backend_.address()});
};

TEST_F(UnixFile, RemovedFileReturnsWithNextReload) {
  Proxy proxy(config_);
  std::filesystem::remove(path_);
  ASSERT_EQ(reload(proxy), "");
  EXPECT_EQ(mode(path_), 0600U);
  expect_served();
}

TEST_F(UnixFile, WaitingClientsOutliveTheirFile) {
  config_.listeners[0].limits.sessions = 1;
  Proxy proxy(config_);
  Peer first = Peer::connect(at_);
  Peer endpoint = backend_.accept();
  Peer waiting = Peer::connect(at_);
  waiting.send("late");
  std::filesystem::remove(path_);
  config_.listeners[0].limits.sessions = 5;
  ASSERT_EQ(proxy.reload(config_), "");
  EXPECT_EQ(backend_.accept().receive(4), "late");
  expect_served();
}

TEST_F(UnixFile, MissingDirectoryHoldsNothingUp) {
  Proxy proxy(config_);
  std::filesystem::remove_all(folder_);
  EXPECT_EQ(reload(proxy), "");
  std::filesystem::create_directory(folder_);
  EXPECT_EQ(reload(proxy), "");
  expect_served();
}

TEST_F(UnixFile, ForeignFileIsLeftAlone) {
  {
    Proxy proxy(config_);
    std::filesystem::remove(path_);
    std::ofstream(path_) << "precious";
    ASSERT_EQ(::chmod(path_.c_str(), 0444), 0);
    EXPECT_EQ(reload(proxy), "");
    EXPECT_EQ(mode(path_), 0444U);
    // At no moment is the place free, or the proxy would take it.
    std::filesystem::create_hard_link(path_, folder_ + "/precious");
    std::filesystem::create_symlink(folder_ + "/precious", path_ + ".new");
    std::filesystem::rename(path_ + ".new", path_);
    EXPECT_EQ(reload(proxy), "");
  }
  EXPECT_EQ(mode(folder_ + "/precious"), 0444U);
  EXPECT_TRUE(std::filesystem::is_symlink(path_));
}

TEST_F(UnixFile, ForeignSocketIsLeftAlone) {
  Proxy proxy(config_);
  std::filesystem::remove(path_);
  Backend other(at_);
  const mode_t before = mode(path_);
  EXPECT_EQ(reload(proxy), "");
  EXPECT_EQ(mode(path_), before);
  const Peer client = Peer::connect(at_);
  EXPECT_TRUE(other.called_within(1s));
}

TEST_F(UnixFile, StaleAddressesAreNamed) {
  const StartResult<OpenAddresses> open = open_addresses(config_, 2, {}, {});
  ASSERT_TRUE(open);
  EXPECT_TRUE(stale_addresses(config_, *open).empty());
  std::filesystem::remove(path_);
  const std::string said = "listener " + config_.listeners[0].name + ": unix:" + path_ + ": its file is gone";
  EXPECT_EQ(stale_addresses(config_, *open), std::vector{said});
  const StartResult<OpenAddresses> anew = open_addresses(config_, 2, *open, {});
  ASSERT_TRUE(anew);
  EXPECT_TRUE(stale_addresses(config_, *anew).empty());
}

}  // namespace
}  // namespace duplexd::test
