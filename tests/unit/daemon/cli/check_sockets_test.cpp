#include "daemon/cli/check_sockets.hpp"

#include "daemon/process_log.hpp"
#include "tests/support/private_network.hpp"

#include <gmock/gmock.h>

#include <cstdlib>

namespace duplexd {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

LoadedConfig load(const std::string& client, const std::string& endpoint) {
  auto loaded =
      parse_config("listeners:\n  web:\n    bind: 127.0.0.1:80\n    endpoints: 10.0.0.1:80\n    client: {" +
                       client + "}\n    endpoint: {" + endpoint + "}\n",
                   "test.yaml", [](std::string_view) { return std::optional<std::string>(); });
  if (!loaded.config) throw std::runtime_error(to_string(loaded.problems.at(0)));
  return loaded;
}

std::vector<std::string> warned_paths(const LoadedConfig& loaded) {
  std::vector<std::string> paths;
  for (const SocketWarning& warning : socket_warnings(*loaded.config)) paths.push_back(warning.path);
  return paths;
}

TEST(CheckSockets, PresentOptionsAreNotMentioned) {
  const auto loaded = load("interface: lo, dscp: ef, congestion: reno, free_bind: true", "interface: lo");
  EXPECT_EQ(socket_problems(loaded), "");
  EXPECT_THAT(warned_paths(loaded), IsEmpty());
}

TEST(CheckSockets, ListenerCouldNotStart) {
  EXPECT_EQ(socket_problems(load("interface: nosuchif0", "")),
            "test.yaml:5:14: error: listeners.web.client.interface: this host has no interface nosuchif0\n");
  EXPECT_THAT(socket_problems(load("congestion: none", "")),
              HasSubstr("listeners.web.client.congestion: the kernel has no none"));
}

TEST(CheckSockets, EndpointsCouldNotBeDialled) {
  const auto loaded = load("", "interface: nosuchif0, congestion: none");
  EXPECT_EQ(socket_problems(loaded), "") << "it would start";
  EXPECT_THAT(warned_paths(loaded),
              testing::ElementsAre("upstreams.web.endpoint.interface", "upstreams.web.endpoint.congestion"));
  EXPECT_THAT(socket_warning_text(*loaded.config),
              HasSubstr("duplexd: warning: upstreams.web.endpoint.interface: this host has no interface "
                        "nosuchif0; no endpoint can be dialled so\n"));
}

TEST(CheckSockets, MissingMptcpIsTold) {
  bool ran = false;
  test::on_private_network([&] {
    ran = std::system("sysctl --quiet --write net.mptcp.enabled=0 net.ipv4.tcp_fastopen=1 2>/dev/null") == 0;
    if (!ran) return;
    const auto loaded = load("mptcp: true, fast_open: 5", "mptcp: true");
    EXPECT_EQ(socket_problems(loaded), "");
    EXPECT_THAT(warned_paths(loaded),
                testing::ElementsAre("listeners.web.client.mptcp", "listeners.web.client.fast_open",
                                     "upstreams.web.endpoint.mptcp"));
  });
  if (!ran) GTEST_SKIP() << "this user may not make a network, or the kernel has no MPTCP";
}

TEST(CheckSockets, LogHasALineForEach) {
  const auto lines = socket_lines(socket_warnings(*load("", "interface: nosuchif0").config));
  ASSERT_EQ(lines.size(), 1u);
  EXPECT_EQ(lines[0].kind(), EventKind::option_unavailable);
}

}  // namespace
}  // namespace duplexd
