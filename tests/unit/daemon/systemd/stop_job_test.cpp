#include "daemon/systemd/stop_job.hpp"

#include "core/net/socket/file_descriptor.hpp"
#include "tests/support/directory.hpp"

#include <gtest/gtest.h>

#include <sys/socket.h>
#include <sys/un.h>

#include <chrono>
#include <cstdlib>
#include <string>

namespace duplexd {
namespace {

using namespace std::chrono_literals;

class StopJobTest : public testing::Test {
 protected:
  StopJobTest() { ::setenv(variable, ("unix:path=" + path_).c_str(), 1); }
  ~StopJobTest() override { ::unsetenv(variable); }

  /// Connections wait in its backlog.
  FileDescriptor silent_bus() const {
    FileDescriptor bus(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_un name{.sun_family = AF_UNIX, .sun_path = {}};
    path_.copy(static_cast<char*>(name.sun_path), sizeof name.sun_path - 1);
    EXPECT_EQ(::bind(bus.get(), reinterpret_cast<const sockaddr*>(&name), sizeof name), 0);
    EXPECT_EQ(::listen(bus.get(), 5), 0);
    return bus;
  }

  static constexpr const char* variable = "DBUS_SYSTEM_BUS_ADDRESS";
  const test::TemporaryDirectory directory_;
  const std::string path_ = directory_.path("bus");
};

TEST_F(StopJobTest, NobodyTellsWithoutBus) { EXPECT_EQ(find_stop_job(), StopJob::unknown); }

TEST_F(StopJobTest, SilentBusIsAskedForSecond) {
  const FileDescriptor bus = silent_bus();
  const auto start = std::chrono::steady_clock::now();
  EXPECT_EQ(find_stop_job(), StopJob::unknown);
  const auto took = std::chrono::steady_clock::now() - start;
  EXPECT_GE(took, 900ms);
  EXPECT_LT(took, 10s);
}

}  // namespace
}  // namespace duplexd
