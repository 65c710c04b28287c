#include "core/net/socket/stream.hpp"
#include "tests/support/directory.hpp"
#include "tests/support/proxy.hpp"

#include <gtest/gtest.h>

#include <sys/socket.h>

#include <filesystem>

namespace duplexd::test {
namespace {

FileDescriptor listening_socket(const SocketAddress& address) {
  FileDescriptor socket(::socket(address.family(), SOCK_STREAM, 0));
  EXPECT_EQ(::bind(socket.get(), address.data(), address.size()), 0);
  EXPECT_EQ(::listen(socket.get(), 128), 0);
  return socket;
}

class InheritedListeners : public testing::Test {
 protected:
  InheritedListeners() {
    config_.listeners[0].bind = {{.kind = BindAddress::Kind::inherited, .address = {}, .name = "web"}};
  }

  void expect_served(const SocketAddress& address) {
    Peer client = Peer::connect(address);
    Peer endpoint = backend_.accept();
    client.send("hello");
    EXPECT_EQ(endpoint.receive(5), "hello");
  }

  StartError::Kind start_error(InheritedSockets inherited) {
    try {
      const Proxy proxy(config_, std::move(inherited));
    } catch (const StartError& error) {
      message_ = error.what();
      return error.kind;
    }
    throw std::runtime_error("it started");
  }

  Backend backend_;
  Config config_ = proxy_config({backend_.address()});
  InheritedSockets inherited_;
  std::string message_;
};

TEST_F(InheritedListeners, InheritedSocketServesEarlierClients) {
  inherited_.emplace("web", listening_socket(loopback()));
  Peer early = Peer::connect(local_address(inherited_.begin()->second.get()));
  early.send("I was first");
  Proxy proxy(config_, std::move(inherited_));
  Peer endpoint = backend_.accept();
  EXPECT_EQ(endpoint.receive(11), "I was first");
  expect_served(proxy.address());
}

TEST_F(InheritedListeners, SocketsOfOneNameAreServed) {
  inherited_.emplace("web", listening_socket(loopback()));
  inherited_.emplace("web", listening_socket(loopback()));
  Proxy proxy(config_, std::move(inherited_));
  ASSERT_NE(proxy.address(0), proxy.address(1));
  expect_served(proxy.address(0));
  expect_served(proxy.address(1));
}

TEST_F(InheritedListeners, InheritedUnixSocketKeepsItsFile) {
  const TemporaryDirectory directory;
  const SocketAddress address = directory.socket("web");
  inherited_.emplace("web", listening_socket(address));
  {
    Proxy proxy(config_, std::move(inherited_));
    expect_served(address);
  }
  EXPECT_TRUE(std::filesystem::exists(address.unix_path())) << "it belongs to who made it";
}

TEST_F(InheritedListeners, MissingInheritedSocketIsConfigError) {
  inherited_.emplace("another name", listening_socket(loopback()));
  EXPECT_EQ(start_error(std::move(inherited_)), StartError::Kind::config);
  EXPECT_NE(message_.find("web"), std::string::npos) << message_;
}

TEST_F(InheritedListeners, InheritedSocketMustListen) {
  inherited_.emplace("web", FileDescriptor(::socket(AF_INET, SOCK_STREAM, 0)));
  EXPECT_EQ(start_error(std::move(inherited_)), StartError::Kind::system);
}

TEST_F(InheritedListeners, InheritedSocketMustBeStream) {
  inherited_.emplace("web", FileDescriptor(::socket(AF_INET, SOCK_DGRAM, 0)));
  EXPECT_EQ(start_error(std::move(inherited_)), StartError::Kind::system);
}

TEST_F(InheritedListeners, InheritedSocketReturnsWithItsName) {
  inherited_.emplace("web", listening_socket(loopback()));
  const SocketAddress address = local_address(inherited_.begin()->second.get());
  Proxy proxy(config_, std::move(inherited_));
  Config other = config_;
  other.listeners[0].bind = {{.kind = BindAddress::Kind::address, .address = loopback(), .name = {}}};
  ASSERT_EQ(proxy.reload(other), "");
  ASSERT_EQ(proxy.reload(config_), "");
  expect_served(address);
}

TEST_F(InheritedListeners, InheritedSocketServesItsPlainAddress) {
  inherited_.emplace("web", listening_socket(loopback()));
  const SocketAddress address = local_address(inherited_.begin()->second.get());
  Config plain = config_;
  plain.listeners[0].bind = {{.kind = BindAddress::Kind::address, .address = address, .name = {}}};
  Proxy proxy(config_, std::move(inherited_));
  for (int i = 0; i < 2; ++i) {
    ASSERT_EQ(proxy.reload(plain), "");
    expect_served(address);
    ASSERT_EQ(proxy.reload(config_), "");
    expect_served(address);
  }
}

TEST_F(InheritedListeners, SocketUnderTwoBindsIsRefused) {
  inherited_.emplace("web", listening_socket(loopback()));
  const SocketAddress address = local_address(inherited_.begin()->second.get());
  config_.listeners.push_back(config_.listeners[0]);
  config_.listeners[1].name = "plain";
  config_.listeners[1].bind = {{.kind = BindAddress::Kind::address, .address = address, .name = {}}};
  EXPECT_EQ(start_error(std::move(inherited_)), StartError::Kind::config);
  EXPECT_EQ(message_, "listener plain: cannot listen on " + address.to_string() + ": listener " +
                          config_.listeners[0].name + " has " + address.to_string() + " already");
}

// Sockets as an earlier duplexd left them.
class LeftSockets : public InheritedListeners {
 protected:
  LeftSockets() : left_(listening_socket(loopback())), address_(local_address(left_.get())) {
    config_.listeners[0].bind = {{.kind = BindAddress::Kind::address, .address = address_, .name = {}}};
    const int on = 1;
    EXPECT_EQ(::setsockopt(left_.get(), SOL_SOCKET, SO_REUSEPORT, &on, sizeof on), 0);
  }

  FileDescriptor left_;
  SocketAddress address_;
};

TEST_F(LeftSockets, LeftSocketKeepsWaitingClients) {
  Peer early = Peer::connect(address_);
  early.send("I was first");
  inherited_.emplace("listen-somewhere", std::move(left_));
  Proxy proxy(config_, std::move(inherited_));
  Peer endpoint = backend_.accept();
  EXPECT_EQ(endpoint.receive(11), "I was first");
  for (int i = 0; i < 8; ++i) expect_served(address_);
}

TEST_F(LeftSockets, LeftSocketAcceptsClientsAgain) {
  ASSERT_EQ(::shutdown(left_.get(), SHUT_RD), 0);
  inherited_.emplace("listen-somewhere", std::move(left_));
  Proxy proxy(config_, std::move(inherited_));
  for (int i = 0; i < 8; ++i) expect_served(address_);
}

TEST_F(LeftSockets, LeftWiderSocketIsNoObstacle) {
  FileDescriptor wide = listening_socket(SocketAddress::any(AF_INET, 0));
  const int on = 1;
  ASSERT_EQ(::setsockopt(wide.get(), SOL_SOCKET, SO_REUSEPORT, &on, sizeof on), 0);
  const SocketAddress narrow = loopback(local_address(wide.get()).port());
  config_.listeners[0].bind[0].address = narrow;
  inherited_.emplace("listen-somewhere", std::move(wide));
  left_.reset();
  Proxy proxy(config_, std::move(inherited_));
  expect_served(narrow);
}

}  // namespace
}  // namespace duplexd::test
