// Redis, SMTP and LDAP.
#include "tests/integration/health/one_check.hpp"

namespace duplexd {
namespace {

using namespace std::chrono_literals;
using namespace std::string_literals;
using namespace test;

struct RedisCheck : CheckTest {
  RedisCheck() { config.type = CheckType::redis; }
};

TEST_F(RedisCheck, PongPasses) {
  const auto result = check([](Peer& peer) {
    EXPECT_EQ(peer.receive(14), "*1\r\n$4\r\nPING\r\n");
    send_slowly(peer, "+PONG\r\n");
  });
  EXPECT_EQ(result.words, "answered PONG");
  EXPECT_TRUE(result.passed());
}

TEST_F(RedisCheck, ErrorsAreTold) {
  EXPECT_EQ(words_after("-NOAUTH Authentication required.\r\n"), "connected, but it asks for a password");
  EXPECT_EQ(words_after("-LOADING Redis is loading the dataset in memory\r\n"),
            "connected, but it is loading its data");
  EXPECT_EQ(words_after("-MISCONF\r\n"), "connected, but answered '-MISCONF'");
  EXPECT_EQ(words_after("+PO"), "connected, but it ended amid its answer");
}

TEST_F(RedisCheck, RoleDecides) {
  const auto master = "*3\r\n$6\r\nmaster\r\n:3129659\r\n*0\r\n";
  const auto replica = "*5\r\n$5\r\nslave\r\n$9\r\n127.0.0.1\r\n:6379\r\n$9\r\nconnected\r\n:3167038\r\n";
  config.role = RedisRole::master;
  EXPECT_EQ(words_after(master), "passed: is a master");
  EXPECT_EQ(words_after(replica), "connected, but it is a replica, not a master");
  config.role = RedisRole::replica;
  EXPECT_EQ(words_after(replica), "passed: is a replica");
  EXPECT_EQ(words_after(master), "connected, but it is a master, not a replica");
}

TEST_F(RedisCheck, PasswordIsSentFirst) {
  config.user = "monitor";
  config.password = "se cret";
  config.role = RedisRole::master;
  const auto result = check([](Peer& peer) {
    EXPECT_EQ(peer.receive(40), "*3\r\n$4\r\nAUTH\r\n$7\r\nmonitor\r\n$7\r\nse cret\r\n");
    peer.send("+OK\r\n");
    EXPECT_EQ(peer.receive(14), "*1\r\n$4\r\nROLE\r\n");
    peer.send("*3\r\n$6\r\nmaster\r\n");
  });
  EXPECT_TRUE(result.passed()) << result.words;
  EXPECT_EQ(words_after("-WRONGPASS invalid username-password pair or user is disabled.\r\n"),
            "connected, but it refused the password");
}

TEST_F(RedisCheck, EndlessLineIsBounded) {
  const auto result = check([](Peer& peer) { send_for_ever(peer, std::string(1'000, '+')); });
  EXPECT_EQ(result.words, "connected, but answered more than 65536 bytes");
}

struct SmtpCheck : CheckTest {
  SmtpCheck() { config.type = CheckType::smtp; }
};

TEST_F(SmtpCheck, GreetingAndEhloPass) {
  const auto result = check([](Peer& peer) {
    send_slowly(peer, "220-mail.example\r\n220 ready\r\n");
    EXPECT_EQ(peer.receive(16), "EHLO localhost\r\n");
    peer.send("250-mail.example\r\n250 SIZE\r\n");
    EXPECT_EQ(peer.receive_all(), "QUIT\r\n");
  });
  EXPECT_TRUE(result.passed()) << result.words;
}

TEST_F(SmtpCheck, OtherCodesFail) {
  EXPECT_EQ(words_after("554 no service\r\n"), "connected, but answered '554 no service'");
  EXPECT_EQ(words_after("220 ready\r\n421 busy\r\n"), "connected, but answered '421 busy'");
}

struct LdapCheck : CheckTest {
  LdapCheck() { config.type = CheckType::ldap; }
};

TEST_F(LdapCheck, AnonymousBindPasses) {
  const auto result = check([](Peer& peer) {
    EXPECT_EQ(peer.receive(14), "\x30\x0c\x02\x01\x01\x60\x07\x02\x01\x03\x04\x00\x80\x00"s);
    send_slowly(peer, "\x30\x0c\x02\x01\x01\x61\x07\x0a\x01\x00\x04\x00\x04\x00"s);
  });
  EXPECT_TRUE(result.passed()) << result.words;
}

TEST_F(LdapCheck, LongLengthsAreRead) {
  EXPECT_EQ(words_after(
                "\x30\x84\x00\x00\x00\x10\x02\x01\x01\x61\x84\x00\x00\x00\x07\x0a\x01\x00\x04\x00\x04\x00"s),
            "passed: took the anonymous bind");
}

TEST_F(LdapCheck, RefusalIsTold) {
  EXPECT_EQ(words_after("\x30\x0c\x02\x01\x01\x61\x07\x0a\x01\x30\x04\x00\x04\x00"s),
            "connected, but answered the anonymous bind with code 48");
  EXPECT_EQ(words_after("HTTP/1.1 400 Bad Request\r\n"), "connected, but its answer is not LDAP's");
}

}  // namespace
}  // namespace duplexd
