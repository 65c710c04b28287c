#include "tests/integration/health/one_check.hpp"
#include "tests/support/tunnel_proxy.hpp"

namespace duplexd {
namespace {

using namespace std::chrono_literals;
using namespace test;
using namespace std::string_view_literals;
using Outcome = CheckResult::Outcome;

/// An endpoint behind a proxy, which the test acts.
struct TunnelCheck : CheckTest {
  TunnelCheck() { config.type = CheckType::tcp; }

  CheckResult check_through(TunnelProtocol protocol, const Script& script, std::uint16_t port_beyond = 0) {
    auto through = target();
    through.name = "db.internal:80";
    through.tunnel = std::make_shared<const Tunnel>(Tunnel{.protocol = protocol});
    through.port = port_beyond;
    through.proxy = header;
    auto acting = std::async(std::launch::async, [&] {
      auto peer = backend.accept();
      script(peer);
      if (peer.fd() >= 0) (void)peer.drain();
    });
    auto result = check_once(config, through);
    acting.get();
    return result;
  }

  std::optional<ProxyVersion> header;
};

TEST_F(TunnelCheck, SocksLeadsToTheEndpoint) {
  const auto result = check_through(TunnelProtocol::socks5, [](Peer& peer) {
    hear_socks(peer, "db.internal", 80);
    peer.send(socks_yes);
  });
  EXPECT_TRUE(result.passed()) << result.words;
}

TEST_F(TunnelCheck, ConnectLeadsToPortOfCheck) {
  const auto act = [](Peer& peer) {
    hear_connect(peer, "db.internal:8080");
    send_slowly(peer, connect_yes);
  };
  EXPECT_TRUE(check_through(TunnelProtocol::connect, act, 8080).passed());
}

TEST_F(TunnelCheck, BytesBehindAnswerAreTheEndpoints) {
  config.type = CheckType::smtp;
  const auto result = check_through(TunnelProtocol::connect, [](Peer& peer) {
    hear_connect(peer, "db.internal:80");
    peer.send(std::string(connect_yes) + "220 ready\r\n");
    while (peer.receive(1) != "\n") continue;
    peer.send("250 yes\r\n");
  });
  EXPECT_TRUE(result.passed()) << result.words;
}

TEST_F(TunnelCheck, HeaderFollowsTheAnswer) {
  header = ProxyVersion::v1;
  const auto result = check_through(TunnelProtocol::socks5, [](Peer& peer) {
    hear_socks(peer, "db.internal", 80);
    peer.send(socks_yes);
    EXPECT_EQ(peer.receive(15), "PROXY UNKNOWN\r\n") << "nobody here knows the address of a name";
  });
  EXPECT_TRUE(result.passed()) << result.words;
}

TEST_F(TunnelCheck, RefusalIsTold) {
  const auto refused = check_through(TunnelProtocol::socks5, [](Peer& peer) { peer.send("\5\0\5\4"sv); });
  EXPECT_EQ(refused.outcome, Outcome::failed);
  EXPECT_EQ(refused.words, "its proxy: SOCKS5 reply 4: host unreachable");
}

TEST_F(TunnelCheck, ProxyThatEndsFails) {
  const auto ended = check_through(TunnelProtocol::connect, [](Peer& peer) { peer.end(); });
  EXPECT_EQ(ended.words, "its proxy: connected, but it ended without an answer");
}

TEST_F(TunnelCheck, ProxyThatResetsFails) {
  const auto reset = check_through(TunnelProtocol::connect, [](Peer& peer) { peer.reset(); });
  EXPECT_EQ(reset.words, "its proxy: connected, but it reset the connection");
}

TEST_F(TunnelCheck, ProxyThatIsDownFails) {
  auto through = target();
  through.tunnel = std::make_shared<const Tunnel>();
  backend.close();
  const auto result = check_once(config, through);
  EXPECT_EQ(result.outcome, Outcome::failed);
  EXPECT_EQ(result.words, "its proxy: refused");
}

TEST_F(TunnelCheck, SilentProxyFails) {
  config.timeout = 100ms;
  const auto result = check_through(TunnelProtocol::socks5, [](Peer&) {});
  EXPECT_EQ(result.words, "its proxy: no answer in 100ms");
}

}  // namespace
}  // namespace duplexd
