// The keys of the proxy that endpoints are reached through.
#include "core/config/difference.hpp"
#include "tests/unit/config/config_text.hpp"

#include <gmock/gmock.h>

namespace duplexd {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

std::string with_via(std::string_view value) { return with("", "via: " + std::string(value)); }

ViaConfig read_via(std::string_view value) {
  const auto loaded = parse(with_via(value));
  EXPECT_THAT(problems(loaded), testing::IsEmpty());
  return loaded.config ? loaded.config->upstreams.at(0).via : ViaConfig{};
}

TEST(ViaKeys, OffByDefault) {
  const auto loaded = parse(with(""));
  EXPECT_FALSE(loaded.config->upstreams.at(0).via.enabled);
  EXPECT_EQ(effective(loaded, "upstreams.pool.via"), "off  # default");
  EXPECT_EQ(read_via("off"), ViaConfig());
}

TEST(ViaKeys, UrlAloneIsShort) {
  const ViaConfig via = read_via("socks5://proxy.internal:1080");
  EXPECT_TRUE(via.enabled);
  EXPECT_EQ(via.tunnel, Tunnel{});
  EXPECT_EQ(via.address, EndpointAddress(HostPort{"proxy.internal", 1080}));
  EXPECT_EQ(read_via("http://[2001:db8::1]:3128/").tunnel.protocol, TunnelProtocol::connect);
}

TEST(ViaKeys, LoginIsDecoded) {
  EXPECT_EQ(read_via("socks5://al%40ice:p%3Aw%25:d@10.0.0.9:1080").tunnel,
            (Tunnel{TunnelProtocol::socks5, "al@ice", "p:w%:d"}));
  EXPECT_EQ(read_via("{url: 'http://alice@10.0.0.9:1', password_file: /etc/pw}").password_file, "/etc/pw");
  EXPECT_EQ(read_via("http://token:@10.0.0.9:1").tunnel.user, "token") << "with an empty password";
}

TEST(ViaKeys, PasswordIsNotShown) {
  const auto loaded = parse(with_via("socks5://alice:secret@10.0.0.9:1080"));
  EXPECT_THAT(effective(loaded, "upstreams.pool.via.url"),
              StartsWith("\"socks5://alice:***@10.0.0.9:1080\"  #"));
}

TEST(ViaKeys, UrlHasToBeOne) {
  const auto told = [](std::string_view url) { return problem(with_via(url)); };
  EXPECT_THAT(told("10.0.0.9:1080"), HasSubstr("begins neither with socks5:// nor with http://"));
  EXPECT_THAT(told("https://10.0.0.9:1080"), HasSubstr("begins neither"));
  for (const auto* rest :
       {"10.0.0.9", "10.0.0.9:*", "10.0.0.9:0", "unix:/run/x", "srv:_x._tcp.y", ":1080", ""})
    EXPECT_THAT(told("socks5://" + std::string(rest)), HasSubstr("has no host and port")) << rest;
  EXPECT_THAT(told("socks5://a%4:b@h:1"), HasSubstr("hexadecimal"));
  EXPECT_THAT(told("socks5://:b@h:1"), HasSubstr("no user"));
  EXPECT_THAT(told("http://a%3Ab:c@h:1"), HasSubstr("colon"));
  EXPECT_THAT(told("socks5://a:" + std::string(256, 'x') + "@h:1"), HasSubstr("more than 255 bytes"));
}

TEST(ViaKeys, UserNeedsOnePassword) {
  const auto told = [](std::string_view via) { return problem(with_via(via)); };
  EXPECT_THAT(told("socks5://alice@h:1"), HasSubstr("without a password"));
  EXPECT_THAT(told("{url: 'socks5://alice:x@h:1', password_file: /pw}"), HasSubstr("two passwords"));
  EXPECT_THAT(told("{url: 'socks5://h:1', password_file: /pw}"), HasSubstr("no user"));
  EXPECT_THAT(told("{password_file: /pw}"), HasSubstr("url"));
}

std::string via_to(std::string_view endpoint, std::string_view more = "") {
  return "listeners:\n  web:\n    bind: 127.0.0.1:80\n    via: socks5://10.0.0.9:1080\n    endpoints: ['" +
         std::string(endpoint) + "']\n" + std::string(more);
}

TEST(ViaKeys, EndpointsAreOutsideOfThisHost) {
  EXPECT_THAT(problem(via_to("unix:/run/x.sock")), HasSubstr("cannot be reached by way of a proxy"));
  EXPECT_THAT(problem(via_to("[fe80::1%lo]:80")), HasSubstr("cannot be reached by way of a proxy"));
  EXPECT_EQ(problem(via_to("db.internal:80")), "");
}

TEST(ViaKeys, SourceIsOfTheProxysFamily) {
  const auto from = [](std::string_view source) {
    return "    endpoint: {source: '" + std::string(source) + "'}\n";
  };
  EXPECT_EQ(problem(via_to("[2001:db8::1]:80", from("10.0.0.1"))), "");
  EXPECT_THAT(problem(via_to("[2001:db8::1]:80", from("2001:db8::2"))), HasSubstr("cannot be dialled"));
}

TEST(ViaKeys, ChangeCountsForNewSessions) {
  const auto before = parse(with_via("socks5://10.0.0.9:1080")),
             after = parse(with_via("socks5://10.0.0.8:1080"));
  const auto changes = difference(before.effective, after.effective);
  ASSERT_EQ(changes.size(), 1u);
  EXPECT_EQ(changes[0].path, "upstreams.pool.via.url");
  EXPECT_EQ(changes[0].reload_class, ReloadClass::new_sessions);
}

}  // namespace
}  // namespace duplexd
