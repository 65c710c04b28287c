// Checks of endpoints that expect a PROXY header.
#include "core/net/socket/stream.hpp"
#include "tests/integration/health/one_check.hpp"

#include <fmt/format.h>

namespace duplexd {
namespace {

using namespace std::string_literals;
using namespace test;

const std::string local_header = "\r\n\r\n\0\r\nQUIT\n\x20\0\0\0"s;

struct ProxyCheck : CheckTest {
  /// What an endpoint gets of a check until it ends.
  std::string received(ProxyVersion version) {
    std::string bytes;
    auto acting = std::async(std::launch::async, [&] { bytes = backend.accept().receive_all(); });
    auto endpoint = target();
    endpoint.proxy = version;
    EXPECT_TRUE(check_once(config, endpoint).passed());
    acting.get();
    return bytes;
  }
};

TEST_F(ProxyCheck, ConnectionSaysLocal) {
  config.type = CheckType::tcp;
  EXPECT_EQ(received(ProxyVersion::v2), local_header);
}

TEST_F(ProxyCheck, VersionOneSaysItsOwnAddresses) {
  config.type = CheckType::tcp;
  const auto line = received(ProxyVersion::v1);
  EXPECT_TRUE(line.starts_with("PROXY TCP4 127.0.0.1 127.0.0.1 ")) << line;
  EXPECT_TRUE(line.ends_with(fmt::format(" {}\r\n", port()))) << line;
}

TEST_F(ProxyCheck, HeaderComesBeforeTheRequest) {
  config.type = CheckType::exchange;
  config.steps = {{true, {TextMatch::How::anything, "PING"}}};
  EXPECT_EQ(received(ProxyVersion::v2), local_header + "PING");
}

}  // namespace
}  // namespace duplexd
