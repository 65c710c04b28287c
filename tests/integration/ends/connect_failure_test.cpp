#include "tests/support/directory.hpp"
#include "tests/support/proxy.hpp"
#include "tests/support/unwilling.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cerrno>
#include <map>

namespace duplexd::test {
namespace {

using namespace std::chrono_literals;

std::uint64_t failed(Proxy& proxy, CloseReason reason) {
  return proxy.totals().upstreams.front().failed[static_cast<std::size_t>(reason)];
}

TEST(ConnectFailure, RefusedSessionGoesToTheNext) {
  const RefusingAddress refusing;
  Backend backend;
  Proxy proxy(proxy_config({refusing.address(), backend.address()}));
  Pair session = open_session(proxy, backend);
  close_in_order(session);

  const SessionEnd end = proxy.end();
  EXPECT_EQ(to_word(end.reason), "client_finished");
  EXPECT_EQ(end.connect_attempts, 2u);
  EXPECT_EQ(end.endpoint_address.to_string(), backend.address().to_string());
  EXPECT_EQ(failed(proxy, CloseReason::connect_refused), 1u);
  EXPECT_TRUE(proxy.wait_for_connected(1));
}

TEST(ConnectFailure, ClientIsClosedWhereAllRefuse) {
  const RefusingAddress first;
  const RefusingAddress second;
  Proxy proxy(proxy_config({first.address(), second.address()}));
  Peer client = proxy.connect();
  EXPECT_TRUE(client.at_end());

  const SessionEnd end = proxy.end();
  EXPECT_EQ(to_word(end.reason), "connect_refused");
  EXPECT_EQ(end.error, ECONNREFUSED);
  EXPECT_EQ(end.connect_attempts, 2u);
  EXPECT_EQ(failed(proxy, CloseReason::connect_refused), 2u);
}

TEST(ConnectFailure, SilenceGoesToTheNext) {
  const SilentBackend silent;
  Backend backend;
  Config config = proxy_config({silent.address(), backend.address()});
  config.listeners[0].timeouts.connect = 300ms;
  Proxy proxy(config);
  Pair session = open_session(proxy, backend);
  close_in_order(session);

  const SessionEnd end = proxy.end();
  EXPECT_EQ(to_word(end.reason), "client_finished");
  EXPECT_EQ(end.connect_attempts, 2u);
  EXPECT_GE(end.connecting, 300ms);
  EXPECT_EQ(failed(proxy, CloseReason::connect_timeout), 1u);
}

TEST(ConnectFailure, ClientIsClosedWhereNobodyAnswers) {
  const SilentBackend silent;
  Config config = proxy_config({silent.address()});
  config.listeners[0].timeouts.connect = 300ms;
  Proxy proxy(config);
  Peer client = proxy.connect();
  EXPECT_TRUE(client.at_end());

  const SessionEnd end = proxy.end();
  EXPECT_EQ(to_word(end.reason), "connect_timeout");
  EXPECT_EQ(end.error, ETIMEDOUT);
  EXPECT_GE(end.connecting, 300ms);
}

TEST(ConnectFailure, FailedAttemptsLoseNoBytes) {
  const RefusingAddress refusing;
  const SilentBackend silent;
  Backend backend;
  Config config = proxy_config({refusing.address(), silent.address(), backend.address()});
  config.upstreams[0].balance = Balance::first;
  config.listeners[0].timeouts.connect = 300ms;
  Proxy proxy(config);
  const std::string early = pattern(100'000);
  Peer client = proxy.connect();
  client.send(early);
  client.end();
  Peer endpoint = backend.accept();
  EXPECT_TRUE(endpoint.receive_all() == early);
  EXPECT_EQ(failed(proxy, CloseReason::connect_refused), 1u);
  EXPECT_EQ(failed(proxy, CloseReason::connect_timeout), 1u);
}

TEST(ConnectFailure, BytesOfLeftClientAreDelivered) {
  const SilentBackend silent;
  Backend backend;
  Config config = proxy_config({silent.address(), backend.address()});
  config.listeners[0].timeouts.connect = 300ms;
  Proxy proxy(config);
  Peer client = proxy.connect();
  client.send("fire and forget");
  client.close();
  Peer endpoint = backend.accept();
  EXPECT_EQ(endpoint.receive_all(), "fire and forget");
  endpoint.close();
  EXPECT_EQ(to_word(proxy.end().reason), "client_finished");
}

TEST(ConnectFailure, ReturnedEndpointIsUsedAgain) {
  const TemporaryDirectory directory;
  const SocketAddress address = directory.socket("endpoint");
  Proxy proxy(proxy_config({address}));
  EXPECT_TRUE(proxy.connect().at_end());
  EXPECT_EQ(to_word(proxy.end().reason), "connect_error");
  {
    Backend backend(address);
    auto [client, endpoint] = open_session(proxy, backend);
    client.send("there you are");
    EXPECT_EQ(endpoint.receive(13), "there you are");
  }
}

TEST(ConnectFailure, MissingUnixFileIsAnError) {
  const TemporaryDirectory directory;
  Proxy proxy(proxy_config({directory.socket("missing")}));
  EXPECT_TRUE(proxy.connect().at_end());
  const SessionEnd end = proxy.end();
  EXPECT_EQ(to_word(end.reason), "connect_error");
  EXPECT_EQ(end.error, ENOENT);
}

TEST(ConnectFailure, UnixEndpointWithoutListenerRefuses) {
  const TemporaryDirectory directory;
  Backend(directory.socket("left behind")).close();
  Proxy proxy(proxy_config({directory.socket("left behind")}));
  EXPECT_TRUE(proxy.connect().at_end());
  EXPECT_EQ(to_word(proxy.end().reason), "connect_refused");
}

TEST(ConnectFailure, FullBacklogGoesToTheNext) {
  const TemporaryDirectory directory;
  const Backend full(directory.socket("full"), 0);
  const Peer filler = Peer::connect(full.address());
  Backend backend;
  Proxy proxy(proxy_config({full.address(), backend.address()}));
  const Pair session = open_session(proxy, backend);
  EXPECT_EQ(failed(proxy, CloseReason::connect_error), 1u);
}

TEST(ConnectFailure, AbsentSourceAddressIsNoSource) {
  Backend backend;
  Config config = proxy_config({backend.address()});
  config.upstreams[0].source = {address_of("192.0.2.1:0")};
  Proxy proxy(config);
  EXPECT_TRUE(proxy.connect().at_end());
  const SessionEnd end = proxy.end();
  EXPECT_EQ(to_word(end.reason), "connect_no_source");
  EXPECT_EQ(end.error, EADDRNOTAVAIL);
}

TEST(ConnectFailure, OtherSourceServesAllClients) {
  Backend backend;
  Config config = proxy_config({backend.address()});
  config.upstreams[0].source = {address_of("192.0.2.1:0"), address_of("127.0.0.2:0")};
  Proxy proxy(config);
  const auto sessions = open_sessions(proxy, backend, 8);
  EXPECT_TRUE(proxy.wait_for_connected(8));
}

TEST(ConnectFailure, LoneFullBacklogIsTriedAgain) {
  const TemporaryDirectory directory;
  Backend full(directory.socket("full"), 0);
  const Peer filler = Peer::connect(full.address());
  Proxy proxy(proxy_config({full.address()}));
  Peer client = proxy.connect();
  ASSERT_TRUE(eventually([&] { return failed(proxy, CloseReason::connect_error) > 1; }));
  const Peer accepted = full.accept();
  Peer endpoint = full.accept();
  endpoint.send("there is room");
  EXPECT_EQ(client.receive(13), "there is room");
}

TEST(ConnectFailure, LastingFullBacklogIsAnError) {
  const TemporaryDirectory directory;
  const Backend full(directory.socket("full"), 0);
  const Peer filler = Peer::connect(full.address());
  Config config = proxy_config({full.address()});
  config.listeners[0].timeouts.connect = 300ms;
  config.listeners[0].timeouts.handshake = 300ms;
  Proxy proxy(config);
  EXPECT_TRUE(proxy.connect().at_end());
  const SessionEnd end = proxy.end();
  EXPECT_EQ(to_word(end.reason), "connect_error");
  EXPECT_EQ(end.error, EAGAIN);
  EXPECT_GE(end.connecting, 300ms);
}

// A source of the port that is dialled makes certain what is luck otherwise.
TEST(ConnectFailure, ConnectionToItselfIsRefused) {
  const SocketAddress nobody = RefusingAddress().address();
  Config config = proxy_config({nobody});
  config.upstreams[0].source = {nobody};
  Proxy proxy(config);
  EXPECT_TRUE(proxy.connect().at_end());
  EXPECT_EQ(to_word(proxy.end().reason), "connect_refused");
}

std::string host_of(const SocketAddress& address) {
  const std::string text = address.to_string();
  return text.substr(0, text.rfind(':'));
}

TEST(ConnectFailure, SourceAddressesAreUsedInTurn) {
  Backend backend;
  Config config = proxy_config({backend.address()});
  config.workers = 1;  // each begins with another source
  config.upstreams[0].source = {address_of("127.0.0.2:0"), address_of("[::1]:0"), address_of("127.0.0.3:0")};
  Proxy proxy(config);
  std::map<std::string, int> calls;
  for (const Pair& session : open_sessions(proxy, backend, 8)) ++calls[host_of(session.endpoint.remote())];
  EXPECT_EQ(calls, (std::map<std::string, int>{{"127.0.0.2", 4}, {"127.0.0.3", 4}}));
}

TEST(ConnectFailure, WorkersShareTheTurns) {
  std::array<Backend, 4> backends;
  std::vector<SocketAddress> addresses;
  for (const Backend& backend : backends) addresses.push_back(backend.address());
  Config config = proxy_config(addresses);
  config.workers = 8;
  Proxy proxy(config);
  std::vector<Peer> peers;
  for (int i = 0; i < 8; ++i) peers.push_back(proxy.connect());
  for (Backend& backend : backends) {
    for (int i = 0; i < 2; ++i) peers.push_back(backend.accept());
  }
  EXPECT_TRUE(proxy.wait_for_connected(8));
}

TEST(ConnectFailure, SessionsAreSharedByWeight) {
  std::array<Backend, 2> backends;
  Config config = proxy_config({backends[0].address(), backends[1].address()});
  config.upstreams[0].endpoints[0].weight = 3;
  Proxy proxy(config);
  std::vector<Peer> clients;
  for (int i = 0; i < 8; ++i) clients.push_back(proxy.connect());
  std::vector<Peer> endpoints;
  for (int i = 0; i < 6; ++i) endpoints.push_back(backends[0].accept());
  for (int i = 0; i < 2; ++i) endpoints.push_back(backends[1].accept());
  EXPECT_TRUE(proxy.wait_for_connected(8));
}

}  // namespace
}  // namespace duplexd::test
