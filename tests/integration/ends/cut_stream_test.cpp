#include "tests/support/proxy.hpp"

#include <gtest/gtest.h>

#include <cerrno>
#include <chrono>
#include <string_view>

namespace duplexd::test {
namespace {

using namespace std::chrono_literals;

/// We end a session in the middle of a stream: nobody may take the part for the whole.
class CutStream : public testing::Test {
 protected:
  Config config() const {
    Config config = proxy_config({backend_.address()});
    config.close_spread = 0ms;
    config.upstreams[0].on_removed = LiveSessions::close;
    return config;
  }

  /// A part has arrived; the endpoint has more to say.
  Pair session_in_the_middle(const Proxy& proxy) {
    Pair session = open_session(proxy, backend_);
    session.endpoint.send("the first part");
    EXPECT_EQ(session.client.receive(14), "the first part");
    return session;
  }
  static void expect_cut(Proxy& proxy, Pair& session, std::string_view reason) {
    EXPECT_EQ(session.client.drain(), ECONNRESET);
    EXPECT_EQ(to_word(proxy.end().reason), reason);
  }

  Backend backend_;
  Backend another_;
};

TEST_F(CutStream, StoppedSessionIsReset) {
  Proxy proxy(config());
  Pair session = session_in_the_middle(proxy);
  proxy.abort();
  expect_cut(proxy, session, "stopped");
}

TEST_F(CutStream, SessionPastItsLifetimeIsReset) {
  Config with_lifetime = config();
  with_lifetime.listeners[0].timeouts.lifetime = 2s;
  Proxy proxy(with_lifetime);
  Pair session = session_in_the_middle(proxy);
  expect_cut(proxy, session, "lifetime");
}

TEST_F(CutStream, SessionOfRemovedEndpointIsReset) {
  Proxy proxy(config());
  Pair session = session_in_the_middle(proxy);
  Config without = config();
  without.upstreams[0].endpoints = proxy_config({another_.address()}).upstreams[0].endpoints;
  EXPECT_EQ(proxy.reload(without), "");
  expect_cut(proxy, session, "removed");
}

TEST_F(CutStream, PeerWithEverythingEndsInOrder) {
  Proxy proxy(config());
  Pair session = open_session(proxy, backend_);
  session.endpoint.send("everything");
  session.endpoint.end();
  EXPECT_EQ(session.client.receive_all(), "everything");
  proxy.abort();
  EXPECT_EQ(session.client.drain(), 0);
  EXPECT_EQ(session.endpoint.drain(), ECONNRESET) << "the client had not ended";
  EXPECT_EQ(to_word(proxy.end().reason), "stopped");
}

}  // namespace
}  // namespace duplexd::test
