#include "tests/support/proxy.hpp"
#include "tests/support/unwilling.hpp"

#include <gtest/gtest.h>

#include <cerrno>
#include <chrono>

namespace duplexd::test {
namespace {

using namespace std::chrono_literals;

/// A client whose endpoint does not answer.
class LeavingClient : public testing::Test {
 protected:
  static Config config_of(const std::vector<SocketAddress>& endpoints) {
    Config config = proxy_config(endpoints);
    config.listeners[0].timeouts.connect = 10min;
    config.listeners[0].timeouts.handshake = 10min;
    return config;
  }
  void expect_ended_at_once(std::string_view reason) { EXPECT_EQ(to_word(proxy_.end().reason), reason); }

  SilentBackend silent_;
  Proxy proxy_{config_of({silent_.address()})};
};

TEST_F(LeavingClient, EndWhileDiallingEndsTheSession) {
  Peer client = proxy_.connect();
  ASSERT_TRUE(proxy_.wait_for_live(1));
  client.close();
  expect_ended_at_once("client_left");
}

TEST_F(LeavingClient, ResetWhileDiallingEndsTheSession) {
  Peer client = proxy_.connect();
  ASSERT_TRUE(proxy_.wait_for_live(1));
  client.reset();
  expect_ended_at_once("client_reset");
}

TEST_F(LeavingClient, ResetAfterRequestEndsTheSession) {
  Peer client = proxy_.connect();
  client.send("a request");
  ASSERT_TRUE(proxy_.wait_for_live(1));
  client.reset();
  expect_ended_at_once("client_reset");
}

TEST_F(LeavingClient, LeavingClientFreesItsPlace) {
  for (int i = 1; i <= 5; ++i) {
    Peer client = proxy_.connect();
    ASSERT_TRUE(proxy_.wait_for_live(1));
    client.close();
    ASSERT_TRUE(proxy_.wait_for_live(0));
  }
}

// The first endpoint is silent, and the second one answers when the first attempt has taken too long.
TEST(PatientClient, RequestEndedWhileDiallingIsAnswered) {
  SilentBackend silent;
  Backend backend;
  Config config = proxy_config({silent.address(), backend.address()});
  config.listeners[0].timeouts.connect = 300ms;
  Proxy proxy(config);
  for (int i = 0; i < 2; ++i) {
    Peer client = proxy.connect();
    client.send("a request");
    client.end();
    Peer endpoint = backend.accept();
    EXPECT_EQ(endpoint.receive_all(), "a request");
    endpoint.send("an answer");
    endpoint.close();
    EXPECT_EQ(client.receive_all(), "an answer");
  }
  EXPECT_EQ(proxy.reasons(2)["client_finished"], 2u);
}

TEST(PatientClient, BytesDuringTheDialAreRelayed) {
  SilentBackend silent;
  Backend backend;
  Config config = proxy_config({silent.address(), backend.address()});
  config.listeners[0].timeouts.connect = 300ms;
  Proxy proxy(config);
  for (int i = 0; i < 2; ++i) {
    Peer client = proxy.connect();
    client.send("early");
    Peer endpoint = backend.accept();
    EXPECT_EQ(endpoint.receive(5), "early");
    client.send(" and late");
    EXPECT_EQ(endpoint.receive(9), " and late");
    endpoint.send("greeting");
    EXPECT_EQ(client.receive(8), "greeting");
  }
}

TEST(Handshake, DeadlineCoversAllAttemptsTogether) {
  const std::vector<SilentBackend> silent(3);
  Config config = proxy_config({silent[0].address(), silent[1].address(), silent[2].address()});
  config.listeners[0].timeouts.connect = 2s;
  config.listeners[0].timeouts.handshake = 3s;
  Proxy proxy(config);
  Peer client = proxy.connect();
  EXPECT_TRUE(client.at_end());
  const SessionEnd end = proxy.end();
  EXPECT_EQ(to_word(end.reason), "connect_timeout");
  EXPECT_EQ(end.error, ETIMEDOUT);
  EXPECT_EQ(end.connect_attempts, 2u);
  EXPECT_GE(end.duration, 3s);
  EXPECT_LT(end.duration, 6s) << "what three attempts take";
}

}  // namespace
}  // namespace duplexd::test
