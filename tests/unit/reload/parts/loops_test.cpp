#include "core/reload/parts/loops.hpp"

#include "tests/support/peer.hpp"

#include <gtest/gtest.h>

#include <string>

namespace duplexd {
namespace {

using test::address_of;

class Layout {
 public:
  /// A listener that is bound to `bind` and leads to an upstream of its own, which dials `endpoints`.
  void add(const std::string& bind, const std::vector<std::string>& endpoints) {
    ListenerConfig listener;
    listener.bind = *parse_bind(bind);
    listener.upstream = dialled_.size();
    config_.listeners.push_back(listener);
    config_.upstreams.emplace_back();
    std::vector<SocketAddress>& addresses = dialled_.emplace_back();
    for (const std::string& endpoint : endpoints) addresses.push_back(address_of(endpoint));
  }
  void come_by(std::size_t listener, const std::string& interface) {
    config_.listeners[listener].client.network.interface = interface;
  }
  void dial_by(std::size_t upstream, const std::string& interface) {
    config_.upstreams[upstream].endpoint.network.interface = interface;
  }
  bool loops(std::size_t upstream, const std::string& endpoint) const {
    const Loops loops(config_, bound_addresses(config_), host_, dialled_);
    return loops.way_back(upstream, address_of(endpoint)) != nullptr;
  }
  /// A listener at `bind` that dials `endpoint`.
  static bool loops_alone(const std::string& bind, const std::string& endpoint) {
    Layout alone;
    alone.add(bind, {endpoint});
    return alone.loops(0, endpoint);
  }

 private:
  Config config_;
  std::vector<std::vector<SocketAddress>> dialled_;
  HostAddresses host_{{address_of("192.0.2.1:0"), address_of("[2001:db8::1]:0")}};
};

class LoopsTest : public testing::Test, protected Layout {};

TEST_F(LoopsTest, OwnListenerLeadsBack) {
  EXPECT_TRUE(loops_alone("127.0.0.1:80", "127.0.0.1:80"));
  EXPECT_TRUE(loops_alone("unix:@x", "unix:@x"));
  EXPECT_FALSE(loops_alone("127.0.0.1:80", "127.0.0.1:81"));
  EXPECT_FALSE(loops_alone("127.0.0.1:80", "127.0.0.2:80"));
  EXPECT_FALSE(loops_alone("unix:@x", "unix:@y"));
}

TEST_F(LoopsTest, WildcardsTakeLocalAddresses) {
  EXPECT_TRUE(loops_alone("0.0.0.0:80", "127.0.0.7:80"));
  EXPECT_TRUE(loops_alone("0.0.0.0:80", "192.0.2.1:80"));
  EXPECT_TRUE(loops_alone("[::]:80", "[2001:db8::1]:80"));
  EXPECT_FALSE(loops_alone("0.0.0.0:80", "192.0.2.2:80"));
  EXPECT_FALSE(loops_alone("0.0.0.0:80", "192.0.2.1:81"));
}

TEST_F(LoopsTest, OnlyDualStackTakesBothFamilies) {
  EXPECT_TRUE(loops_alone(":80", "127.0.0.1:80"));
  EXPECT_TRUE(loops_alone(":80", "[::1]:80"));
  EXPECT_FALSE(loops_alone("[::]:80", "127.0.0.1:80"));
  EXPECT_FALSE(loops_alone("0.0.0.0:80", "[::1]:80"));
}

TEST_F(LoopsTest, WildcardIsDialledAsLoopback) {
  EXPECT_TRUE(loops_alone("127.0.0.1:80", "0.0.0.0:80"));
  EXPECT_TRUE(loops_alone("[::1]:80", "[::]:80"));
}

TEST_F(LoopsTest, ChainsThatEndAreLegal) {
  add("127.0.0.1:1", {"127.0.0.1:2"});
  add("127.0.0.1:2", {"127.0.0.1:3"});
  add("127.0.0.1:3", {"192.0.2.9:80"});
  EXPECT_FALSE(loops(0, "127.0.0.1:2"));
  EXPECT_FALSE(loops(1, "127.0.0.1:3"));
}

TEST_F(LoopsTest, TwoListenersLeadBack) {
  add("127.0.0.1:1", {"127.0.0.1:2"});
  add("127.0.0.1:2", {"192.0.2.9:80", "127.0.0.1:1"});
  EXPECT_TRUE(loops(0, "127.0.0.1:2"));
  EXPECT_TRUE(loops(1, "127.0.0.1:1"));
  EXPECT_FALSE(loops(1, "192.0.2.9:80"));
}

TEST_F(LoopsTest, LeadingIntoLoopIsNoLoop) {
  add("127.0.0.1:1", {"127.0.0.1:2"});
  add("127.0.0.1:2", {"127.0.0.1:2"});
  EXPECT_FALSE(loops(0, "127.0.0.1:2"));
  EXPECT_TRUE(loops(1, "127.0.0.1:2"));
}

TEST_F(LoopsTest, ExactBindPrecedesTheWildcard) {
  add("0.0.0.0:80", {"127.0.0.1:80"});
  add("127.0.0.1:80", {"192.0.2.9:80"});
  EXPECT_FALSE(loops(0, "127.0.0.1:80"));
}

TEST_F(LoopsTest, OtherInterfaceLeadsElsewhere) {
  add("192.0.2.1:80", {"192.0.2.1:80"});
  come_by(0, "red");
  EXPECT_FALSE(loops(0, "192.0.2.1:80")) << "a connection of this host comes by no interface";
  dial_by(0, "blue");
  EXPECT_FALSE(loops(0, "192.0.2.1:80"));
  dial_by(0, "red");
  EXPECT_TRUE(loops(0, "192.0.2.1:80"));
  come_by(0, "");
  EXPECT_TRUE(loops(0, "192.0.2.1:80")) << "a listener without an interface takes all";
}

}  // namespace
}  // namespace duplexd
