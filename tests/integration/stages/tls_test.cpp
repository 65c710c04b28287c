#include "tests/support/directory.hpp"
#include "tests/support/proxy.hpp"
#include "tests/support/tls/secure_peer.hpp"

#include <gtest/gtest.h>

#include <future>
#include <openssl/tls1.h>
#include <string>
#include <thread>

namespace duplexd::test {
namespace {

using namespace std::chrono_literals;

/// A listener that ends TLS, in front of an endpoint that speaks it or not.
class Tls : public testing::Test {
 protected:
  void end_tls_for(const Certificate& shown) {
    const std::string name = "certificate" + std::to_string(tls_.certificates.size());
    tls_.enabled = true;
    tls_.certificates.push_back(
        {.certificate_file = write(name, shown.certificate), .key_file = write(name + ".key", shown.key)});
  }
  void speak_tls_to_endpoints() {
    TlsConfig& tls = config_.upstreams[0].tls.peer;
    config_.upstreams[0].tls.enabled = true;
    tls.server_name = "db.example";
    tls.ca_file = write("endpoint.ca", endpoint_certificate_.certificate);
  }
  std::string write(const std::string& name, const std::string& text) { return directory_.write(name, text); }

  SecurePeer secure_endpoint() {
    return SecurePeer::endpoint(backend_.accept(), {.certificate = &endpoint_certificate_});
  }

  TemporaryDirectory directory_;
  Backend backend_;
  Config config_ = proxy_config({backend_.address()});
  ListenerConfig& listener_ = config_.listeners[0];
  ListenerTlsConfig& tls_ = listener_.tls;
  const Certificate certificate_ = certificate_for("www.example", 1h);
  const Certificate endpoint_certificate_ = certificate_for("db.example", 1h);
};

TEST_F(Tls, EndsAtTheListener) {
  end_tls_for(certificate_);
  Proxy proxy(config_);
  SecurePeer client = SecurePeer::client(proxy.connect(), {.server_name = "www.example"});
  client.send("hello");
  Peer endpoint = backend_.accept();
  EXPECT_EQ(endpoint.receive(5), "hello");
  endpoint.send("answer");
  EXPECT_EQ(client.receive(6), "answer");
  client.end();
  EXPECT_TRUE(endpoint.at_end());
  endpoint.close();
  EXPECT_TRUE(client.at_end());
  const SessionEnd end = proxy.end();
  EXPECT_EQ(end.reason, CloseReason::client_finished);
  EXPECT_EQ(end.client_tls, "TLSv1.3");
  EXPECT_EQ(end.server_name.view(), "www.example");
  EXPECT_EQ(end.upstream_bytes.read, 5u);
}

TEST_F(Tls, EndpointMaySpeakFirst) {
  end_tls_for(certificate_);
  Proxy proxy(config_);
  SecurePeer client = SecurePeer::client(proxy.connect());
  Peer endpoint = backend_.accept();
  endpoint.send("220 ready");
  EXPECT_EQ(client.receive(9), "220 ready");
}

TEST_F(Tls, OlderVersionIsSpokenAsWell) {
  end_tls_for(certificate_);
  Proxy proxy(config_);
  SecurePeer client = SecurePeer::client(proxy.connect(), {.version = TLS1_2_VERSION});
  client.send("hello");
  EXPECT_EQ(backend_.accept().receive(5), "hello");
}

TEST_F(Tls, BytesBehindTheHandshakeArrive) {
  end_tls_for(certificate_);
  Proxy proxy(config_);
  for (int i = 0; i < 20; ++i) {
    SecurePeer client = SecurePeer::client(proxy.connect());
    client.send("hello");
    client.end();
    Peer endpoint = backend_.accept();
    EXPECT_EQ(endpoint.receive_all(), "hello");
    endpoint.send("answer");
    endpoint.close();
    EXPECT_EQ(client.receive_all(), "answer");
  }
}

TEST_F(Tls, HalfClosedClientHearsTheAnswer) {
  end_tls_for(certificate_);
  Proxy proxy(config_);
  SecurePeer client = SecurePeer::client(proxy.connect());
  client.send("question");
  client.end();
  Peer endpoint = backend_.accept();
  EXPECT_EQ(endpoint.receive_all(), "question");
  endpoint.send(pattern(1'000'000));
  endpoint.close();
  EXPECT_TRUE(client.receive_all() == pattern(1'000'000));
}

TEST_F(Tls, HalfClosedEndpointHearsTheRest) {
  end_tls_for(certificate_);
  Proxy proxy(config_);
  SecurePeer client = SecurePeer::client(proxy.connect());
  Peer endpoint = backend_.accept();
  endpoint.send("greeting");
  endpoint.end();
  EXPECT_EQ(client.receive_all(), "greeting");
  client.send("rest");
  client.end();
  EXPECT_EQ(endpoint.receive_all(), "rest");
  EXPECT_EQ(proxy.end().reason, CloseReason::endpoint_finished);
}

TEST_F(Tls, CutClientStreamResetsTheEndpoint) {
  end_tls_for(certificate_);
  Proxy proxy(config_);
  SecurePeer client = SecurePeer::client(proxy.connect());
  client.send("hello");
  Peer endpoint = backend_.accept();
  EXPECT_EQ(endpoint.receive(5), "hello");
  client.plain().end();
  EXPECT_NE(endpoint.drain(), 0);
  EXPECT_EQ(proxy.end().reason, CloseReason::client_truncated);
}

TEST_F(Tls, CutEndpointStreamResetsTheClient) {
  speak_tls_to_endpoints();
  Proxy proxy(config_);
  Peer client = proxy.connect();
  SecurePeer endpoint = secure_endpoint();
  endpoint.send("hello");
  EXPECT_EQ(client.receive(5), "hello");
  endpoint.plain().close();
  EXPECT_NE(client.drain(), 0);
  EXPECT_EQ(proxy.end().reason, CloseReason::endpoint_truncated);
}

TEST_F(Tls, BothLegsCarryBulkBothWays) {
  end_tls_for(certificate_);
  speak_tls_to_endpoints();
  Proxy proxy(config_);
  std::promise<void> received;
  const std::string bytes = pattern(8 << 20);
  auto serving = std::async(std::launch::async, [&] {
    SecurePeer endpoint = secure_endpoint();
    endpoint.send(bytes);
    const bool same = endpoint.receive(bytes.size()) == bytes;
    endpoint.end();
    return same && endpoint.receive_all().empty();
  });
  SecurePeer client = SecurePeer::client(proxy.connect());
  EXPECT_TRUE(client.receive(bytes.size()) == bytes);
  client.send(bytes);
  EXPECT_TRUE(client.at_end());
  client.end();
  EXPECT_TRUE(serving.get());
}

TEST_F(Tls, EndpointIsVerified) {
  speak_tls_to_endpoints();
  config_.upstreams[0].tls.peer.server_name = "other.example";
  Proxy proxy(config_);
  Peer client = proxy.connect();
  EXPECT_THROW(secure_endpoint().receive_all(), std::runtime_error);
  EXPECT_TRUE(client.at_end());
  const SessionEnd end = proxy.end();
  EXPECT_EQ(end.reason, CloseReason::endpoint_tls_failed);
  EXPECT_NE(words(end.tls_failure).find("mismatch"), std::string::npos) << words(end.tls_failure);
}

TEST_F(Tls, FailedHandshakeLeadsToNextEndpoint) {
  Backend plain;
  speak_tls_to_endpoints();
  const auto tls = config_.upstreams[0].tls;
  config_ = proxy_config({plain.address(), backend_.address()});
  config_.upstreams[0].tls = tls;
  config_.upstreams[0].balance = Balance::first;
  Proxy proxy(config_);
  Peer client = proxy.connect();
  plain.accept().send("SSH-2.0-no TLS\r\n");
  SecurePeer endpoint = secure_endpoint();
  client.send("hello");
  EXPECT_EQ(endpoint.receive(5), "hello");
}

TEST_F(Tls, SilentEndpointIsGivenUp) {
  speak_tls_to_endpoints();
  listener_.timeouts.connect = listener_.timeouts.handshake = 200ms;
  Proxy proxy(config_);
  Peer client = proxy.connect();
  Peer endpoint = backend_.accept();
  EXPECT_TRUE(client.at_end());
  EXPECT_EQ(proxy.end().reason, CloseReason::endpoint_tls_failed);
}

TEST_F(Tls, ClientWithoutTlsReachesNoEndpoint) {
  end_tls_for(certificate_);
  Proxy proxy(config_);
  Peer client = proxy.connect();
  client.send("GET / HTTP/1.0\r\n\r\n");
  (void)client.drain();
  EXPECT_EQ(proxy.end().reason, CloseReason::client_tls_failed);
  EXPECT_FALSE(backend_.called_within(20ms));
}

TEST_F(Tls, SilentClientIsGivenUp) {
  end_tls_for(certificate_);
  listener_.timeouts.connect = listener_.timeouts.handshake = 100ms;
  Proxy proxy(config_);
  Peer client = proxy.connect();
  EXPECT_TRUE(client.at_end());
  EXPECT_EQ(proxy.end().reason, CloseReason::handshake_timeout);
}

TEST_F(Tls, NameChoosesCertificateAndUpstream) {
  end_tls_for(certificate_);
  end_tls_for(certificate_for("other.example", 1h));
  Backend other;
  config_.upstreams.push_back(proxy_config({other.address()}).upstreams[0]);
  config_.upstreams[1].name = "other";
  listener_.routes.push_back({.sni = {*NamePattern::parse("other.example")}, .upstream = 1});
  Proxy proxy(config_);
  SecurePeer client = SecurePeer::client(proxy.connect(), {.server_name = "other.example"});
  EXPECT_EQ(client.certificate(), "other.example");
  client.send("hello");
  EXPECT_EQ(other.accept().receive(5), "hello");
}

TEST_F(Tls, ProtocolIsAgreedOn) {
  end_tls_for(certificate_);
  tls_.alpn = {"h2", "http/1.1"};
  Proxy proxy(config_);
  EXPECT_EQ(SecurePeer::client(proxy.connect(), {.protocol = "http/1.1"}).protocol(), "http/1.1");
}

TEST_F(Tls, ReloadTakesTheCertificateOfToday) {
  end_tls_for(certificate_);
  Proxy proxy(config_);
  SecurePeer before = SecurePeer::client(proxy.connect());
  EXPECT_EQ(before.certificate(), "www.example");
  Peer endpoint = backend_.accept();
  const Certificate renewed = certificate_for("renewed.example", 1h);
  write("certificate0", renewed.certificate);
  write("certificate0.key", renewed.key);
  listener_.bind.front().address = proxy.address();
  EXPECT_EQ(proxy.reload(config_), "");
  EXPECT_EQ(SecurePeer::client(proxy.connect()).certificate(), "renewed.example");
  before.send("still here");
  EXPECT_EQ(endpoint.receive(10), "still here");
}

TEST_F(Tls, ReloadRefusesAKeyOfAnother) {
  end_tls_for(certificate_);
  Proxy proxy(config_);
  write("certificate0.key", endpoint_certificate_.key);
  listener_.bind.front().address = proxy.address();
  EXPECT_NE(proxy.reload(config_), "");
  EXPECT_EQ(SecurePeer::client(proxy.connect()).certificate(), "www.example");
}

TEST_F(Tls, SlowReaderStopsItsSender) {
  end_tls_for(certificate_);
  Proxy proxy(config_);
  SecurePeer client = SecurePeer::client(proxy.connect());
  Peer endpoint = backend_.accept();
  std::size_t sent = 0;
  const std::string some = pattern(1 << 20);
  // It ends when every buffer of the kernel is full.
  while (const std::size_t more = endpoint.send_some(some)) {
    sent += more;
    std::this_thread::sleep_for(20ms);
  }
  EXPECT_EQ(client.receive(sent).size(), sent);
}

}  // namespace
}  // namespace duplexd::test
