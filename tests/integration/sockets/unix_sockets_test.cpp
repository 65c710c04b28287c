#include "tests/support/directory.hpp"
#include "tests/support/proxy.hpp"

#include <gtest/gtest.h>

#include <sys/stat.h>

#include <filesystem>

namespace duplexd::test {
namespace {

class UnixSockets : public testing::Test {
 protected:
  Config config_for(const SocketAddress& listener, const SocketAddress& endpoint) const {
    Config config = proxy_config({endpoint});
    config.listeners[0].bind[0].address = listener;
    return config;
  }

  const TemporaryDirectory directory_;
  const SocketAddress listening_ = directory_.socket("listener");
};

TEST_F(UnixSockets, UnixSocketsRelayWithHalfClose) {
  Backend backend(directory_.socket("endpoint"));
  Proxy proxy(config_for(listening_, backend.address()));
  auto [client, endpoint] = open_session(proxy, backend);
  client.send("question");
  client.end();
  EXPECT_EQ(endpoint.receive_all(), "question");
  endpoint.send("answer");
  endpoint.close();
  EXPECT_EQ(client.receive_all(), "answer");

  const SessionEnd end = proxy.end();
  EXPECT_EQ(to_word(end.reason), "client_finished");
  EXPECT_EQ(end.client.to_string(), "unix:");
  EXPECT_EQ(end.endpoint_address.to_string(), "unix:");
  EXPECT_EQ(end.endpoint, backend.address().to_string());
}

TEST_F(UnixSockets, ClosedClientEndsSession) {
  Backend backend(directory_.socket("endpoint"));
  Proxy proxy(config_for(listening_, backend.address()));
  auto [client, endpoint] = open_session(proxy, backend);
  client.close();
  EXPECT_TRUE(endpoint.at_end());
  endpoint.send("anybody?");
  EXPECT_EQ(to_word(proxy.end().reason), "client_reset");
}

TEST_F(UnixSockets, ClosedEndpointEndsSession) {
  Backend backend(directory_.socket("endpoint"));
  Proxy proxy(config_for(listening_, backend.address()));
  auto [client, endpoint] = open_session(proxy, backend);
  endpoint.close();
  EXPECT_TRUE(client.at_end());
  client.send("anybody?");
  EXPECT_EQ(to_word(proxy.end().reason), "endpoint_reset");
}

TEST_F(UnixSockets, CloseWithUnreadBytesResetsSession) {
  Backend backend(directory_.socket("endpoint"));
  Proxy proxy(config_for(listening_, backend.address()));
  auto [client, endpoint] = open_session(proxy, backend);
  client.send("unread");
  ASSERT_TRUE(eventually([&] { return proxy.listener().upstream_bytes == 6; }));
  endpoint.close();
  EXPECT_EQ(to_word(proxy.end().reason), "endpoint_reset");
  EXPECT_TRUE(client.readable_within(patience));
}

TEST_F(UnixSockets, SocketFileLastsUntilServerEnds) {
  const std::string path(listening_.unix_path());
  {
    Config config = config_for(listening_, loopback(1));
    config.listeners[0].unix_socket.mode = 0600;
    Proxy proxy(config);
    struct stat file {};
    ASSERT_EQ(::stat(path.c_str(), &file), 0);
    EXPECT_TRUE(S_ISSOCK(file.st_mode));
    EXPECT_EQ(file.st_mode & 0777, 0600u);
  }
  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST_F(UnixSockets, StaleSocketFileIsReplaced) {
  Backend(listening_).close();
  Backend backend;
  Proxy proxy(config_for(listening_, backend.address()));
  auto [client, endpoint] = open_session(proxy, backend);
  client.send("hello");
  EXPECT_EQ(endpoint.receive(5), "hello");
}

TEST_F(UnixSockets, AbstractNamesWorkOnBothSides) {
  const std::string unique = directory_.path("");
  Backend backend(address_of("unix:@" + unique + "endpoint"));
  Proxy proxy(config_for(address_of("unix:@" + unique + "listener"), backend.address()));
  auto [client, endpoint] = open_session(proxy, backend);
  client.send("hello");
  EXPECT_EQ(endpoint.receive(5), "hello");
}

TEST_F(UnixSockets, BothWorkersServeOneQueue) {
  Backend backend;
  Proxy proxy(config_for(listening_, backend.address()));
  for (std::size_t i = 1; i <= 100; ++i) {
    Pair session = open_session(proxy, backend);
    close_in_order(session);
  }
  EXPECT_EQ(proxy.reasons(100)["client_finished"], 100u);
}

}  // namespace
}  // namespace duplexd::test
