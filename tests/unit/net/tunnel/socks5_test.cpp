#include "core/net/tunnel/socks5.hpp"

#include "tests/unit/net/tunnel/talking.hpp"

#include <gtest/gtest.h>

namespace duplexd {
namespace {
using namespace std::string_literals;
using namespace std::string_view_literals;

constexpr auto ipv4_reply = "\5\0\0\1\12\0\0\1\x1f\x90"sv;
constexpr auto ipv6_reply = "\5\0\0\4\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1\x1f\x90"sv;
constexpr auto name_reply = "\5\0\0\3\4host\x1f\x90"sv;

const Tunnel without_user{};
const Tunnel with_alice{.user = "alice", .password = "secret"};

/// The request at the end of a talk without a login.
std::string socks_request_for(const TunnelTarget& target) {
  TunnelTalk talk(without_user, target);
  EXPECT_EQ(talk_hears(talk, "\5\0"sv).state, Heard::yes);
  return talk_asks(talk);
}

TEST(Socks5Test, WithoutUserNoLoginIsOffered) {
  TunnelTalk talk(without_user, {"db", 1});
  EXPECT_EQ(talk_asks(talk), "\5\1\0"sv);
  EXPECT_EQ(talk_hears(talk, "\5\2"sv).state, Heard::broken) << "it wants what was not offered";
}

TEST(Socks5Test, UserLogsInWhereProxyWants) {
  TunnelTalk talk(with_alice, {"db", 1});
  EXPECT_EQ(talk_asks(talk), "\5\2\0\2"sv);
  EXPECT_EQ(talk_hears(talk, "\5\2"sv).size, 2u);
  EXPECT_EQ(talk_asks(talk), "\1\5alice\6secret"sv);
  EXPECT_EQ(talk_hears(talk, "\1\0"sv).size, 2u);
  EXPECT_EQ(talk_asks(talk), "\5\1\0\3\2db\0\1"sv);
  EXPECT_FALSE(talk.done());
  EXPECT_EQ(talk_hears(talk, ipv4_reply).size, ipv4_reply.size());
  EXPECT_TRUE(talk.done());
}

TEST(Socks5Test, UserMayNeedNoLogin) {
  TunnelTalk talk(with_alice, {"db", 1});
  EXPECT_EQ(talk_hears(talk, "\5\0"sv).state, Heard::yes);
  EXPECT_EQ(talk_asks(talk), "\5\1\0\3\2db\0\1"sv);
}

TEST(Socks5Test, AddressesAndNamesAreTold) {
  EXPECT_EQ(socks_request_for({"10.0.0.11", 5432}), "\5\1\0\1\12\0\0\13\x15\x38"sv);
  EXPECT_EQ(socks_request_for({"2001:db8::1", 443}),
            "\5\1\0\4\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\1\x01\xbb"sv);
  EXPECT_EQ(socks_request_for({"db.internal", 5432}), "\5\1\0\3\13db.internal\x15\x38"sv);
}

TEST(Socks5Test, BytesBehindAReplyAreLeft) {
  for (const auto reply : {ipv4_reply, ipv6_reply, name_reply}) {
    const auto answer = read_socks_reply(as_heard(std::string(reply) + "220 ready"));
    EXPECT_EQ(answer.state, Heard::yes);
    EXPECT_EQ(answer.size, reply.size());
  }
}

TEST(Socks5Test, EveryPrefixMayBecomeAnAnswer) {
  for (const auto reply : {ipv4_reply, ipv6_reply, name_reply}) {
    for (std::size_t size = 0; size < reply.size(); ++size)
      EXPECT_EQ(read_socks_reply(as_heard(reply.substr(0, size))).state, Heard::more) << size;
  }
  EXPECT_EQ(read_socks_method(as_heard("\5"sv), true).state, Heard::more);
  EXPECT_EQ(read_socks_login(as_heard("\1"sv)).state, Heard::more);
}

TEST(Socks5Test, RefusalsAreTold) {
  const auto refused = [](std::string_view reply) {
    const auto answer = read_socks_reply(as_heard(reply));
    EXPECT_EQ(answer.state, Heard::refused);
    return talk_words(TunnelProtocol::socks5, answer);
  };
  EXPECT_EQ(refused("\5\5"sv), "SOCKS5 reply 5: connection refused");
  EXPECT_EQ(refused("\5\1\0\1\0\0\0\0\0\0"sv), "SOCKS5 reply 1: general failure");
  EXPECT_EQ(refused("\5\x63\0\1"sv), "SOCKS5 reply 99: not assigned");
}

TEST(Socks5Test, RefusedLoginsAreTold) {
  const auto none = read_socks_method(as_heard("\5\xff"sv), true);
  EXPECT_EQ(none.state, Heard::refused);
  EXPECT_EQ(talk_words(TunnelProtocol::socks5, none), "it takes none of our logins");
  const auto login = read_socks_login(as_heard("\1\1"sv));
  EXPECT_EQ(login.state, Heard::refused);
  EXPECT_EQ(talk_words(TunnelProtocol::socks5, login), "it does not take our user and password");
}

TEST(Socks5Test, NonsenseIsBrokenAtOnce) {
  EXPECT_EQ(read_socks_method(as_heard("S"sv), false).state, Heard::broken);
  EXPECT_EQ(read_socks_login(as_heard("\5\0"sv)).state, Heard::broken);
  EXPECT_EQ(read_socks_reply(as_heard("HTTP/1.1 400"sv)).state, Heard::broken);
  EXPECT_EQ(read_socks_reply(as_heard("\5\0\0\2"sv)).state, Heard::broken) << "no such address type";
  EXPECT_EQ(read_socks_reply(as_heard("\5\0\0\3\0\0\0"sv)).size, 7u) << "an empty name is one";
}

TEST(Socks5Test, QuestionNeedsRoom) {
  std::array<std::byte, 12> into;
  EXPECT_EQ(write_socks_login(with_alice, into), 0u);
  EXPECT_EQ(write_socks_request({"db.internal", 1}, into), 0u);
  EXPECT_EQ(write_socks_request({"10.0.0.1", 1}, into), 10u);
}

}  // namespace
}  // namespace duplexd
