// PostgreSQL and MySQL.
#include "tests/integration/health/one_check.hpp"

namespace duplexd {
namespace {

using namespace std::chrono_literals;
using namespace std::string_literals;
using namespace test;

struct PostgresCheck : CheckTest {
  PostgresCheck() { config.type = CheckType::postgres; }

  static std::string error(const std::string& state, const std::string& message) {
    const auto fields = "SFATAL\0VFATAL\0C"s + state + "\0M"s + message + "\0\0"s;
    return "E\0\0\0"s + static_cast<char>(fields.size() + 4) + fields;
  }
};

TEST_F(PostgresCheck, AuthenticationRequestPasses) {
  config.user = "check";
  config.database = "app";
  const auto result = check([](Peer& peer) {
    EXPECT_EQ(peer.receive(33), "\0\0\0\x21\0\3\0\0user\0check\0database\0app\0\0"s);
    send_slowly(peer, "R\0\0\0\x0c\0\0\0\x05salt"s);
    EXPECT_EQ(peer.receive_all(), "X\0\0\0\4"s);
  });
  EXPECT_EQ(result.words, "takes logins");
  EXPECT_TRUE(result.passed());
}

TEST_F(PostgresCheck, RefusedUserMeansServing) {
  EXPECT_EQ(words_after(error("28000", "no pg_hba.conf entry for host")),
            "passed: takes logins, though it answered 'no pg_hba.conf entry for host'");
  EXPECT_EQ(words_after(error("3D000", "database \"duplexd\" does not exist")),
            "passed: takes logins, though it answered 'database \"duplexd\" does not exist'");
}

TEST_F(PostgresCheck, StartupFailureIsTold) {
  EXPECT_EQ(words_after(error("57P03", "the database system is starting up")),
            "connected, but answered 'the database system is starting up'");
  EXPECT_EQ(words_after(error("53300", "sorry, too many clients already")),
            "connected, but answered 'sorry, too many clients already'");
}

TEST_F(PostgresCheck, OtherAnswersFail) {
  EXPECT_EQ(words_after("HTTP/1.1 400"), "connected, but its answer is not PostgreSQL's");
  EXPECT_EQ(words_after("R\x7f\0\0\0"s), "connected, but its answer is not PostgreSQL's");
  EXPECT_EQ(words_after("R\0\0\0\0"s), "connected, but its answer is not PostgreSQL's");
  EXPECT_EQ(words_after("R\0\0\0\x08"s), "connected, but it ended amid its answer");
  EXPECT_EQ(words_after("E\0\0\0\x05M"s), "connected, but answered ''");
}

struct MysqlCheck : CheckTest {
  MysqlCheck() { config.type = CheckType::mysql; }

  static std::string packet(char number, const std::string& payload) {
    return std::string{static_cast<char>(payload.size()), '\0', '\0', number} + payload;
  }
  static std::string greeting() {
    return packet(0,
                  "\x0a"
                  "10.11.6-MariaDB\0rest"s);
  }

  /// What it says when the check logs in and the endpoint answers so.
  std::string words_after_login(const std::string& answer) {
    config.user = "check";
    const auto result = check([&](Peer& peer) {
      peer.send(greeting());
      const auto head = peer.receive(4);
      login = peer.receive(static_cast<unsigned char>(head[0]));
      peer.send(answer);
      peer.end();
      rest = peer.receive_all();
    });
    return (result.passed() ? "passed: " : "") + result.words;
  }

  std::string login, rest;
};

TEST_F(MysqlCheck, GreetingPasses) {
  const auto result = check([](Peer& peer) { send_slowly(peer, greeting()); });
  EXPECT_TRUE(result.passed()) << result.words;
  EXPECT_EQ(result.words, "greeted");
}

TEST_F(MysqlCheck, ErrorInsteadOfGreetingIsTold) {
  EXPECT_EQ(words_after(packet(0, "\xff\x69\x04Host '10.0.0.1' is blocked"s)),
            "connected, but answered 'Host '10.0.0.1' is blocked'");
  EXPECT_EQ(words_after(packet(0, "\xff")), "connected, but answered ''");
  EXPECT_EQ(words_after("HTTP/1.1 400 Bad Request\r\n"), "connected, but its answer is not MySQL's");
}

TEST_F(MysqlCheck, UserLogsIn) {
  EXPECT_EQ(words_after_login(packet(2, "\x00\x00\x00\x02\x00\x00\x00"s)), "passed: logged in");
  EXPECT_EQ(login.substr(32), "check\0\0mysql_native_password\0"s);
  EXPECT_EQ(rest, "\1\0\0\0\1"s) << "COM_QUIT";
}

TEST_F(MysqlCheck, OtherMethodIsTaken) {
  EXPECT_EQ(words_after_login(packet(2,
                                     "\xfe"
                                     "caching_sha2_password\0salt"s) +
                              packet(4, "\x00\x00\x00"s)),
            "passed: logged in");
}

TEST_F(MysqlCheck, RefusedLoginIsTold) {
  EXPECT_EQ(words_after_login(packet(2, "\xff\x15\x04#28000Access denied for user 'check'"s)),
            "connected, but answered 'Access denied for user 'check''");
  EXPECT_EQ(words_after_login(packet(2, "\x01\x04"s)), "connected, but it asks for a password");
}

}  // namespace
}  // namespace duplexd
