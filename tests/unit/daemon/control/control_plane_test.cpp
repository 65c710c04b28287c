#include "daemon/control/control_plane.hpp"

#include "core/server.hpp"
#include "daemon/configuration.hpp"
#include "tests/support/directory.hpp"
#include "tests/unit/control/control_harness.hpp"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <optional>
#include <thread>

namespace duplexd::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::optional<std::string> socket_path(ControlConfig control, const Environment& environment) {
  place_control_socket(control, environment);
  EXPECT_NE(control.socket, ControlConfig::Socket::automatic);
  return control.socket == ControlConfig::Socket::path ? std::optional(control.path) : std::nullopt;
}

TEST(ControlSocketPath, DefaultPathIsInRuntimeDirectory) {
  const auto in = [](std::optional<std::string> directory) {
    return socket_path(
        {}, [=](std::string_view name) { return name == "RUNTIME_DIRECTORY" ? directory : std::nullopt; });
  };
  EXPECT_EQ(in("/run/duplexd"), "/run/duplexd/control.sock");
  EXPECT_EQ(in("/run/one:/run/two"), "/run/one/control.sock");
  EXPECT_EQ(in(""), std::nullopt);
  EXPECT_EQ(in(std::nullopt), std::nullopt);
}

TEST(ControlSocketPath, ConfiguredPathIsUsed) {
  const Environment environment = [](std::string_view) { return "/run/duplexd"; };
  ControlConfig config;
  config.socket = ControlConfig::Socket::off;
  EXPECT_EQ(socket_path(config, environment), std::nullopt);
  config.socket = ControlConfig::Socket::path;
  config.path = "/srv/control";
  EXPECT_EQ(socket_path(config, environment), "/srv/control");
}

/// A plane with one command to read and one to change, on a thread of its own until finish().
class ControlPlaneTest : public testing::Test {
 protected:
  ~ControlPlaneTest() override { finish(); }

  void serve(const UnixSocketPermissions& permissions = {}) {
    plane_.emplace(control_, path_, permissions, commands(),
                   [this](const ControlRequest& request) { logged_.push_back(request.target); });
    thread_ = std::thread([this] { control_.run(); });
  }

  void finish() {
    control_.stop();
    if (thread_.joinable()) thread_.join();
    plane_.reset();
  }

  Reply ask(const std::string& method, const std::string& target) const {
    Peer client = Peer::connect(directory_.socket("control"));
    client.send(method + " " + target + " HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n");
    return receive_reply(client, method != "HEAD");
  }

  std::optional<StartError::Kind> start_error() {
    try {
      serve();
      return std::nullopt;
    } catch (const StartError& error) {
      EXPECT_NE(std::string(error.what()).find("control.socket: "), std::string::npos) << error.what();
      return error.kind;
    }
  }

  const TemporaryDirectory directory_;
  std::string path_ = directory_.path("control");
  int done_ = 0;
  std::vector<std::string> logged_;

 private:
  std::vector<ControlCommand> commands() {
    return {
        {"GET", "/v1/look", [](const auto&, const auto& respond) { respond({.status = 200, .body = "{}"}); }},
        {"POST", "/v1/do", [this](const auto&, const auto& respond) {
           ++done_;
           respond({.status = 202, .body = "{}"});
         }}};
  }

  boost::asio::io_context control_;
  std::optional<ControlPlane> plane_;
  std::thread thread_;
};

TEST_F(ControlPlaneTest, CommandRunsAndChangeIsLogged) {
  serve();
  EXPECT_EQ(ask("GET", "/v1/look").status(), 200u);
  EXPECT_EQ(ask("GET", "/v1/look?pretty=1").status(), 200u);
  EXPECT_EQ(ask("HEAD", "/v1/look").status(), 200u);
  EXPECT_EQ(ask("POST", "/v1/do").status(), 202u);
  finish();
  EXPECT_EQ(done_, 1);
  EXPECT_THAT(logged_, ElementsAre("/v1/do"));
}

TEST_F(ControlPlaneTest, UnknownMethodOrPathRunsNothing) {
  serve();
  EXPECT_EQ(ask("GET", "/v1/do").status(), 405u);
  EXPECT_EQ(ask("HEAD", "/v1/do").status(), 405u);
  EXPECT_EQ(ask("POST", "/v1/look").status(), 405u);
  EXPECT_EQ(ask("POST", "/v1/do/").status(), 404u);
  EXPECT_EQ(ask("POST", "*").status(), 404u);
  finish();
  EXPECT_EQ(done_, 0);
  EXPECT_THAT(logged_, IsEmpty());
}

TEST_F(ControlPlaneTest, WrongMethodListsAllowedMethods) {
  serve();
  EXPECT_NE(ask("DELETE", "/v1/look").header.find("Allow: GET, HEAD\r\n"), std::string::npos);
  EXPECT_NE(ask("GET", "/v1/do").header.find("Allow: POST\r\n"), std::string::npos);
}

TEST_F(ControlPlaneTest, SocketFileHasModeUntilEnd) {
  serve({.mode = 0600, .owner = {}, .group = {}});
  EXPECT_EQ(std::filesystem::status(path_).permissions(),
            std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  finish();
  EXPECT_FALSE(std::filesystem::exists(path_));
}

TEST_F(ControlPlaneTest, OrdinaryFileAtPathIsKept) {
  std::ofstream(path_) << "precious";
  EXPECT_EQ(start_error(), StartError::Kind::system);
  EXPECT_EQ(std::filesystem::file_size(path_), 8u);
}

TEST_F(ControlPlaneTest, OverlongPathIsRefused) {
  path_ = directory_.path(std::string(200, 'x'));
  EXPECT_EQ(start_error(), StartError::Kind::config);
}

}  // namespace
}  // namespace duplexd::test
