#include "tests/support/proxy.hpp"

#include <gtest/gtest.h>

namespace duplexd::test {
namespace {

TEST(HalfClose, TheEndpointRepliesAfterTheClientHasEnded) {
  Backend backend;
  Proxy proxy(proxy_config({backend.address()}));
  Peer client = proxy.connect();
  Peer endpoint = backend.accept();

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

TEST(HalfClose, TheClientSendsOnAfterTheEndpointHasEnded) {
  Backend backend;
  Proxy proxy(proxy_config({backend.address()}));
  Peer client = proxy.connect();
  Peer endpoint = backend.accept();

  endpoint.send("greeting");
  endpoint.end();
  EXPECT_EQ(client.receive_all(), "greeting");
  const std::string upload = pattern(1 << 20);
  client.send(upload);
  client.end();

  EXPECT_EQ(endpoint.receive_all(), upload);
  EXPECT_EQ(to_word(proxy.end().reason), "endpoint_finished");
}

TEST(HalfClose, ForwardsAnEndThatComesWithTheLastBytes) {
  Backend backend;
  Proxy proxy(proxy_config({backend.address()}));
  Peer client = proxy.connect();
  Peer endpoint = backend.accept();

  client.send("last words");
  client.close();
  EXPECT_EQ(endpoint.receive_all(), "last words");
  endpoint.close();
  EXPECT_EQ(to_word(proxy.end().reason), "client_finished");
}

}  // namespace
}  // namespace duplexd::test
