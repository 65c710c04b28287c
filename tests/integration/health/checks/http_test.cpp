#include "tests/integration/health/one_check.hpp"

namespace duplexd {
namespace {

using namespace std::chrono_literals;
using namespace test;

struct HttpCheckTest : CheckTest {
  HttpCheckTest() { config.type = CheckType::http; }
};

TEST_F(HttpCheckTest, SendsWhatIsConfigured) {
  config.http.method = "OPTIONS";
  config.http.path = "/replica?lag=1MB";
  config.http.headers = {{"Accept", "text/plain"}, {"X-Check", "duplexd"}};
  std::string request;
  const auto result = check([&](Peer& peer) {
    while (request.find("\r\n\r\n") == std::string::npos) request += peer.receive_some(100);
    peer.send("HTTP/1.1 204 No Content\r\n\r\n");
  });
  EXPECT_EQ(result.words, "answered 204");
  EXPECT_TRUE(result.passed());
  EXPECT_EQ(request, "OPTIONS /replica?lag=1MB HTTP/1.1\r\nHost: localhost:" + port() +
                         "\r\nUser-Agent: duplexd\r\nConnection: close\r\n"
                         "Accept: text/plain\r\nX-Check: duplexd\r\n\r\n");
}

TEST_F(HttpCheckTest, StatusDecides) {
  EXPECT_EQ(words_after("HTTP/1.0 200 OK\r\n\r\n"), "passed: answered 200");
  EXPECT_EQ(words_after("HTTP/1.1 399 Any\r\n\r\n"), "passed: answered 399");
  EXPECT_EQ(words_after("HTTP/1.1 503 No\r\nContent-Length: 2\r\n\r\nno"), "connected, but answered 503");
  config.http.statuses = {{200, 200}, {500, 503}};
  EXPECT_EQ(words_after("HTTP/1.1 503 No\r\n\r\n"), "passed: answered 503");
  EXPECT_EQ(words_after("HTTP/1.1 204 No\r\n\r\n"), "connected, but answered 204");
}

TEST_F(HttpCheckTest, HeadAnswerHasNoBody) {
  config.http.method = "HEAD";
  EXPECT_EQ(words_after("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n"), "passed: answered 200");
}

TEST_F(HttpCheckTest, BodyIsSearched) {
  config.http.body = {TextMatch::How::contains, "\"state\": \"running\""};
  EXPECT_EQ(words_after("HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n{\"state\": \"running\"}"),
            "passed: answered 200 with the expected body");
  EXPECT_EQ(words_after("HTTP/1.1 200 OK\r\n\r\n{\"state\": \"running\"}"),
            "passed: answered 200 with the expected body");
  EXPECT_EQ(words_after("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                        "a\r\n{\"state\": \r\na\r\n\"running\"}\r\n0\r\n\r\n"),
            "passed: answered 200 with the expected body");
  EXPECT_EQ(words_after("HTTP/1.1 200 OK\r\n\r\n{\"state\": \"starting\"}"),
            "connected, but answered 200 without the expected body");
}

TEST_F(HttpCheckTest, StatusComesBeforeTheBody) {
  config.http.body = {TextMatch::How::contains, "ok"};
  EXPECT_EQ(words_after("HTTP/1.1 500 No\r\nContent-Length: 5\r\n\r\n"), "connected, but answered 500");
}

TEST_F(HttpCheckTest, AnswerMayComeByteByByte) {
  config.http.body = {TextMatch::How::prefix, "fine"};
  const auto result = check([](Peer& peer) {
    send_slowly(peer, "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nfine");
    (void)peer.drain();
  });
  EXPECT_TRUE(result.passed()) << result.words;
}

TEST_F(HttpCheckTest, HalfAnswerFails) {
  EXPECT_EQ(words_after("HTTP/1.1 200 OK\r\nContent-Le"), "connected, but it ended amid its answer");
  EXPECT_EQ(words_after(""), "connected, but it ended without an answer");
  config.http.body = {TextMatch::How::contains, "a"};
  EXPECT_EQ(words_after("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\na"),
            "connected, but it ended amid its answer");
}

TEST_F(HttpCheckTest, OtherProtocolFails) {
  EXPECT_EQ(words_after("SSH-2.0-OpenSSH_9.2\r\n"), "connected, but its answer is not HTTP");
}

TEST_F(HttpCheckTest, EndlessAnswerIsBounded) {
  config.http.body = {TextMatch::How::contains, "a"};
  const auto result = check([](Peer& peer) {
    peer.send("HTTP/1.1 200 OK\r\n\r\n");
    send_for_ever(peer, std::string(10'000, 'x'));
  });
  EXPECT_EQ(result.words, "connected, but answered more than 65536 bytes");
}

TEST_F(HttpCheckTest, SilenceIsTold) {
  config.timeout = 200ms;
  EXPECT_EQ(check([](Peer& peer) { (void)peer.drain(); }).words, "connected, but no answer in 200ms");
}

}  // namespace
}  // namespace duplexd
