#include "core/net/socket/stream.hpp"
#include "tests/support/directory.hpp"
#include "tests/support/proxy.hpp"
#include "tests/support/unwilling.hpp"

#include <gtest/gtest.h>

#include <sys/socket.h>

#include <filesystem>
#include <fstream>

namespace duplexd::test {
namespace {

struct Refusal {
  StartError::Kind kind;
  std::string what;
};

// The start fails and leaves no descriptor behind.
Refusal start(const Config& config) {
  const std::size_t before = open_descriptors();
  try {
    const Proxy proxy(config);
  } catch (const StartError& error) {
    EXPECT_EQ(open_descriptors(), before);
    return {error.kind, error.what()};
  }
  throw std::runtime_error("it started");
}

Config config_on(const SocketAddress& address) {
  Config config = proxy_config({loopback(1)});
  config.listeners[0].bind[0].address = address;
  return config;
}

TEST(StartRefused, PortOfAnotherProcessRefusesStart) {
  const Backend other;
  const Refusal refusal = start(config_on(other.address()));
  EXPECT_EQ(refusal.kind, StartError::Kind::system);
  EXPECT_NE(refusal.what.find(other.address().to_string()), std::string::npos) << refusal.what;
}

TEST(StartRefused, SharedPortInUseRefusesStart) {
  FileDescriptor other(::socket(AF_INET, SOCK_STREAM, 0));
  const int on = 1;
  ASSERT_EQ(::setsockopt(other.get(), SOL_SOCKET, SO_REUSEPORT, &on, sizeof on), 0);
  const SocketAddress any = loopback();
  ASSERT_EQ(::bind(other.get(), any.data(), any.size()), 0);
  ASSERT_EQ(::listen(other.get(), 1), 0);
  EXPECT_EQ(start(config_on(local_address(other.get()))).kind, StartError::Kind::system);
}

TEST(StartRefused, PortOfAnotherDuplexdRefusesStart) {
  Proxy first(proxy_config({loopback(1)}));
  EXPECT_EQ(start(config_on(first.address())).kind, StartError::Kind::system);
}

TEST(StartRefused, ForeignAddressRefusesStart) {
  const Refusal refusal = start(config_on(address_of("192.0.2.1:0")));
  EXPECT_EQ(refusal.kind, StartError::Kind::system);
  EXPECT_NE(refusal.what.find("no interface has this address"), std::string::npos) << refusal.what;
}

TEST(StartRefused, MissingDirectoryRefusesStart) {
  const TemporaryDirectory directory;
  EXPECT_EQ(start(config_on(directory.socket("missing/socket"))).kind, StartError::Kind::system);
}

TEST(StartRefused, OrdinaryFileAtPathRefusesStart) {
  const TemporaryDirectory directory;
  std::ofstream(directory.path("precious")) << "data";
  EXPECT_EQ(start(config_on(directory.socket("precious"))).kind, StartError::Kind::system);
  EXPECT_EQ(std::filesystem::file_size(directory.path("precious")), 4u);
}

TEST(StartRefused, UnixSocketInUseRefusesStart) {
  const TemporaryDirectory directory;
  Backend other(directory.socket("busy"));
  EXPECT_EQ(start(config_on(other.address())).kind, StartError::Kind::system);
  const Peer client = Peer::connect(other.address());
  EXPECT_TRUE(other.accept()) << "it still listens";
}

TEST(StartRefused, TooFewDescriptorsRefuseStart) {
  Config config = proxy_config({loopback(1)});
  config.max_sessions = 100'000'000;
  const Refusal refusal = start(config);
  EXPECT_EQ(refusal.kind, StartError::Kind::system);
  EXPECT_NE(refusal.what.find("RLIMIT_NOFILE"), std::string::npos) << refusal.what;
}

TEST(StartRefused, RefusedStartReleasesOpenedListeners) {
  const Backend other;
  const SocketAddress free = RefusingAddress().address();
  Config config = config_on(free);
  config.listeners.push_back(config.listeners[0]);
  config.listeners[1].name = "second";
  config.listeners[1].bind[0].address = other.address();
  EXPECT_EQ(start(config).kind, StartError::Kind::system);
  Proxy again(config_on(free));
  EXPECT_EQ(again.address(), free);
}

}  // namespace
}  // namespace duplexd::test
