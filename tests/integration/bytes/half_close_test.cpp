#include "tests/support/proxy.hpp"
#include "tests/support/traffic.hpp"

#include <gtest/gtest.h>

#include <future>

namespace duplexd::test {
namespace {

using namespace std::chrono_literals;

TEST(HalfClose, EndpointRepliesAfterClientFinished) {
  Backend backend;
  Proxy proxy(proxy_config({backend.address()}));
  auto [client, endpoint] = open_session(proxy, backend);

  client.send("request");
  client.end();
  EXPECT_EQ(endpoint.receive_all(), "request");
  EXPECT_FALSE(client.readable_within(std::chrono::milliseconds(50)));
  endpoint.send("late reply");
  endpoint.close();

  EXPECT_EQ(client.receive_all(), "late reply");
  const SessionEnd end = proxy.end();
  EXPECT_EQ(to_word(end.reason), "client_finished");
  EXPECT_EQ(end.upstream_bytes.read, 7u);
  EXPECT_EQ(end.downstream_bytes.read, 10u);
}

TEST(HalfClose, HalfClosedSessionsAreCounted) {
  Backend backend;
  Proxy proxy(proxy_config({backend.address()}));
  auto [client, endpoint] = open_session(proxy, backend);
  EXPECT_EQ(proxy.listener().half_closed, 0u);

  client.end();
  EXPECT_EQ(endpoint.receive_all(), "");
  EXPECT_TRUE(eventually([&] { return proxy.listener().half_closed == 1; }));
  EXPECT_TRUE(eventually([&] { return proxy.listener().half_closed_oldest >= 200ms; }));
  endpoint.close();

  (void)proxy.end();
  EXPECT_EQ(proxy.listener().half_closed, 0u);
  EXPECT_TRUE(eventually([&] { return proxy.listener().half_closed_oldest == 0ms; }));
}

TEST(HalfClose, FirstByteIsCountedOnce) {
  Backend backend;
  Proxy proxy(proxy_config({backend.address()}));
  auto [client, endpoint] = open_session(proxy, backend);
  auto [other_client, other_endpoint] = open_session(proxy, backend);
  for (int i = 0; i < 3; ++i) {
    endpoint.send("answer");
    EXPECT_EQ(client.receive(6), "answer");
    other_client.send("question");
    EXPECT_EQ(other_endpoint.receive(8), "question");
  }
  EXPECT_EQ(proxy.totals().upstreams.front().first_bytes.count(), 1u);
}

TEST(HalfClose, ClientSendsAfterEndpointFinished) {
  Backend backend;
  Proxy proxy(proxy_config({backend.address()}));
  auto [client, endpoint] = open_session(proxy, backend);

  endpoint.send("greeting");
  endpoint.end();
  EXPECT_EQ(client.receive_all(), "greeting");
  const std::string upload = pattern(1 << 20);
  client.send(upload);
  client.end();

  EXPECT_TRUE(endpoint.receive_all() == upload);
  EXPECT_EQ(to_word(proxy.end().reason), "endpoint_finished");
}

TEST(HalfClose, EndWithLastBytesIsForwarded) {
  Backend backend;
  Proxy proxy(proxy_config({backend.address()}));
  auto [client, endpoint] = open_session(proxy, backend);

  client.send("last words");
  client.close();
  EXPECT_EQ(endpoint.receive_all(), "last words");
  endpoint.close();
  EXPECT_EQ(to_word(proxy.end().reason), "client_finished");
}

TEST(HalfClose, EmptyStreamsEndInOrder) {
  Backend backend;
  Proxy proxy(proxy_config({backend.address()}));
  auto [client, endpoint] = open_session(proxy, backend);

  endpoint.end();
  EXPECT_TRUE(client.at_end());
  EXPECT_FALSE(endpoint.readable_within(std::chrono::milliseconds(50)));
  client.end();
  EXPECT_TRUE(endpoint.at_end());

  const SessionEnd end = proxy.end();
  EXPECT_EQ(to_word(end.reason), "endpoint_finished");
  EXPECT_EQ(end.upstream_bytes.read + end.downstream_bytes.read, 0u);
}

TEST(HalfClose, BothSidesFinishAtOnce) {
  Backend backend;
  Proxy proxy(proxy_config({backend.address()}));
  for (Pair& session : open_sessions(proxy, backend, 50)) {
    session.client.end();
    session.endpoint.end();
    EXPECT_TRUE(session.client.at_end());
    EXPECT_TRUE(session.endpoint.at_end());
  }
  auto reasons = proxy.reasons(50);
  EXPECT_EQ(reasons["client_finished"] + reasons["endpoint_finished"], 50u);
}

// The end waits behind more bytes than all the buffers on the way hold.
void expect_end_after_all_bytes(Peer& from, Peer& to) {
  const std::string bytes = pattern(64 << 20);
  const std::size_t taken = fill(from, bytes);
  ASSERT_LT(taken, bytes.size()) << "the way did not fill up";
  auto rest = std::async(std::launch::async, [&] {
    from.send(std::string_view(bytes).substr(taken));
    from.end();
  });
  EXPECT_TRUE(to.receive_all() == bytes);
  rest.get();
  to.send("all here");
  to.end();
  EXPECT_EQ(from.receive_all(), "all here");
}

TEST(HalfClose, EndpointSeesEndBehindFullPipe) {
  Backend backend;
  Proxy proxy(proxy_config({backend.address()}));
  auto [client, endpoint] = open_session(proxy, backend);
  expect_end_after_all_bytes(client, endpoint);
  EXPECT_EQ(to_word(proxy.end().reason), "client_finished");
}

TEST(HalfClose, ClientSeesEndBehindFullPipe) {
  Backend backend;
  Proxy proxy(proxy_config({backend.address()}));
  auto [client, endpoint] = open_session(proxy, backend);
  expect_end_after_all_bytes(endpoint, client);
  EXPECT_EQ(to_word(proxy.end().reason), "endpoint_finished");
}

}  // namespace
}  // namespace duplexd::test
