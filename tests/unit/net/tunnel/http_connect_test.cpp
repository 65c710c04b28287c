#include "core/net/tunnel/http_connect.hpp"

#include "tests/unit/net/tunnel/talking.hpp"

#include <gtest/gtest.h>

namespace duplexd {
namespace {
using namespace std::string_literals;
using namespace std::string_view_literals;

const Tunnel http_proxy{.protocol = TunnelProtocol::connect};

std::string connect_request_for(const TunnelTarget& target, const Tunnel& tunnel = http_proxy) {
  return talk_asks(TunnelTalk(tunnel, target));
}

TunnelAnswer connect_answer(std::string_view bytes) { return read_connect_answer(as_heard(bytes)); }

TEST(HttpConnectTest, RequestNamesTheTarget) {
  EXPECT_EQ(connect_request_for({"db.internal", 5432}),
            "CONNECT db.internal:5432 HTTP/1.1\r\nHost: db.internal:5432\r\n\r\n");
  EXPECT_EQ(connect_request_for({"2001:db8::1", 443}),
            "CONNECT [2001:db8::1]:443 HTTP/1.1\r\nHost: [2001:db8::1]:443\r\n\r\n");
}

// The pair of RFC 7617, section 2.
TEST(HttpConnectTest, UserIsToldInBasic) {
  const Tunnel tunnel{TunnelProtocol::connect, "Aladdin", "open sesame"};
  EXPECT_EQ(connect_request_for({"db", 1}, tunnel),
            "CONNECT db:1 HTTP/1.1\r\nHost: db:1\r\n"
            "Proxy-Authorization: Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==\r\n\r\n");
}

TEST(HttpConnectTest, LongestWordsHaveRoom) {
  const std::string word(Tunnel::longest_word, 'x'), host(253, 'h');
  EXPECT_NE(connect_request_for({host, 65535}, {TunnelProtocol::connect, word, word}), "");
}

TEST(HttpConnectTest, EverySuccessIsYes) {
  for (const auto status : {"200 Connection established", "201 ", "204"}) {
    const auto header = "HTTP/1.1 "s + status + "\r\nContent-Length: 9\r\n\r\n";
    const auto answer = connect_answer(header + "220 ready");
    EXPECT_EQ(answer.state, Heard::yes) << status;
    EXPECT_EQ(answer.size, header.size()) << "it has no body";
  }
}

TEST(HttpConnectTest, LinesMayEndWithoutReturn) {
  EXPECT_EQ(connect_answer("HTTP/1.0 200 OK\nVia: x\n\nSSH-2.0"sv).size, 24u);
  EXPECT_EQ(connect_answer("HTTP/1.0 200 OK\r\n\nSSH-2.0"sv).size, 18u);
}

TEST(HttpConnectTest, EveryPrefixMayBecomeAnAnswer) {
  const auto header = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nVia: x\r\n\r\n"sv;
  for (std::size_t size = 0; size < header.size(); ++size)
    EXPECT_EQ(connect_answer(header.substr(0, size)).state, Heard::more) << size;
  EXPECT_EQ(connect_answer(header).size, header.size());
}

TEST(HttpConnectTest, RefusalIsKnownByItsLine) {
  const auto answer = connect_answer("HTTP/1.1 403 Forbid\7den\r\n"sv);
  EXPECT_EQ(answer.state, Heard::refused);
  EXPECT_EQ(talk_words(TunnelProtocol::connect, answer), "HTTP status 403: Forbid?den");
  EXPECT_EQ(connect_answer("HTTP/1.1 407 Who?"sv).state, Heard::more);
  EXPECT_EQ(connect_answer("HTTP/1.1 101 Switching Protocols\r\n"sv).state, Heard::refused);
  EXPECT_EQ(connect_answer("HTTP/1.1 302 Found\r\n"sv).state, Heard::refused);
}

TEST(HttpConnectTest, NonsenseIsBrokenAtOnce) {
  for (const auto text :
       {"S"sv, "HTTP/2"sv, "HTTP/1.1 2O0"sv, "HTTP/1.1 2000"sv, "HTTP/1.1  200"sv, "\5\0"sv})
    EXPECT_EQ(connect_answer(text).state, Heard::broken) << text;
  EXPECT_EQ(connect_answer("HTTP/1.1 100 Continue\r\n\r\nSSH").state, Heard::broken);
}

TEST(HttpConnectTest, LongHeaderIsGivenUp) {
  const auto begin = "HTTP/1.1 200 OK\r\nX: "s, end = "\r\n\r\n"s;
  const std::string filling(longest_connect_answer - begin.size() - end.size(), 'x');
  EXPECT_EQ(connect_answer(begin + filling + end).size, longest_connect_answer);
  EXPECT_EQ(connect_answer(begin + filling + "x\r\n\r").state, Heard::broken);
  EXPECT_EQ(connect_answer("HTTP/1.1 403 " + filling + filling).state, Heard::broken) << "of a line";
}

}  // namespace
}  // namespace duplexd
