#include "daemon/control/explain/written.hpp"

#include "tests/support/peer.hpp"

#include <gtest/gtest.h>

namespace duplexd {
namespace {

class WrittenTest : public testing::Test {
 protected:
  static LoadedConfig load() {
    return parse_config(R"(listeners:
  web:
    bind: '127.0.0.1:0'
    access:
      deny:
        - 10.0.0.0/8
        - "2001:db8::/32"
    routes:
      - reject: true
        source: 10.0.0.0/8
      - sni: a.example
        upstream: pool
upstreams:
  pool: {endpoints: ['127.0.0.1:9']}
)",
                        "d.yaml", [](std::string_view) { return std::nullopt; });
  }
  Written::Item denied(std::string_view address) const {
    return written_.network_with("listeners.web.access.deny", PeerAddress(test::address_of(address)));
  }

  const LoadedConfig loaded_ = load();
  const Written written_{loaded_.effective, loaded_.items};
};

TEST_F(WrittenTest, KeysHaveTheirPlaces) {
  EXPECT_EQ(written_.place("listeners.web.access.deny"), "d.yaml:5:7");
  EXPECT_EQ(written_.place("listeners.web.limits.rate"), "") << "it is not written";
  EXPECT_EQ(written_.place("listeners.none.bind"), "");
}

TEST_F(WrittenTest, ItemsOfListsHaveTheirPlaces) {
  EXPECT_EQ(denied("10.1.2.3:1").place, "d.yaml:6:11");
  EXPECT_EQ(denied("10.1.2.3:1").text, "10.0.0.0/8");
  EXPECT_EQ(denied("[2001:db8::1]:1").place, "d.yaml:7:11");
  EXPECT_EQ(denied("192.0.2.1:1").place, "");
  EXPECT_EQ(denied("unix:@x").place, "");
}

TEST_F(WrittenTest, RouteIsWhereItBegins) {
  EXPECT_EQ(written_.place_below("listeners.web.routes[0]."), "d.yaml:9:9");
  EXPECT_EQ(written_.place_below("listeners.web.routes[1]."), "d.yaml:11:9");
}

}  // namespace
}  // namespace duplexd
