#include "tests/integration/health/one_check.hpp"

namespace duplexd {
namespace {

using namespace std::chrono_literals;
using namespace test;
using How = TextMatch::How;

ExchangeStep send(std::string bytes) { return {true, {How::anything, std::move(bytes)}}; }
ExchangeStep expect(How how, std::string text) { return {false, {how, std::move(text)}}; }

struct ExchangeCheck : CheckTest {
  ExchangeCheck() {
    config.type = CheckType::exchange;
    config.steps = {send("PING\r\n"), expect(How::prefix, "+PONG")};
  }
};

TEST_F(ExchangeCheck, RightAnswerPasses) {
  const auto result = check([](Peer& peer) {
    EXPECT_EQ(peer.receive(6), "PING\r\n");
    peer.send("+PONG\r\n");
  });
  EXPECT_TRUE(result.passed()) << result.words;
  EXPECT_EQ(result.words, "answered as expected");
}

TEST_F(ExchangeCheck, WrongAnswerIsQuotedPrintably) {
  EXPECT_EQ(words_after("-ERR \x1b[2J\n"), R"(connected, but answered '-ERR \x1b[2J\x0a')");
}

TEST_F(ExchangeCheck, AnswerMayComeByteByByte) {
  const auto result = check([](Peer& peer) {
    send_slowly(peer, "+PONG");
    (void)peer.drain();
  });
  EXPECT_TRUE(result.passed()) << result.words;
}

TEST_F(ExchangeCheck, HalfAnswerIsTold) {
  EXPECT_EQ(words_after("+PO"), "connected, but answered '+PO'");
  EXPECT_EQ(words_after(""), "connected, but it ended without an answer");
}

TEST_F(ExchangeCheck, SilenceIsTold) {
  config.timeout = 200ms;
  EXPECT_EQ(check([](Peer& peer) { (void)peer.drain(); }).words, "connected, but no answer in 200ms");
}

TEST_F(ExchangeCheck, SilenceAmidAnAnswerIsTold) {
  config.timeout = 300ms;
  const auto result = check([](Peer& peer) {
    peer.send("+P");
    (void)peer.drain();
  });
  EXPECT_EQ(result.words, "connected, but only a part of an answer in 300ms");
}

TEST_F(ExchangeCheck, EndlessAnswerIsBounded) {
  config.steps = {expect(How::contains, "never")};
  const auto result = check([](Peer& peer) { send_for_ever(peer, std::string(10'000, 'x')); });
  EXPECT_EQ(result.words, "connected, but answered more than 65536 bytes");
}

TEST_F(ExchangeCheck, EndlessPiecesAreBounded) {
  config.steps = {expect(How::regex, "^(x+x+)+y$")};
  const auto result = check([](Peer& peer) { send_for_ever(peer, "x"); });
  EXPECT_FALSE(result.passed());
  EXPECT_TRUE(result.words.starts_with("connected, but answered ")) << result.words;
}

TEST_F(ExchangeCheck, ResetIsTold) {
  const auto result = check([](Peer& peer) {
    (void)peer.receive(6);
    peer.reset();
  });
  EXPECT_EQ(result.words, "connected, but it reset the connection");
}

TEST_F(ExchangeCheck, StepsFollowEachOther) {
  config.steps = {expect(How::contains, "ready"), send("A"), expect(How::regex, "^[0-9]+!$"), send("B")};
  const auto result = check([](Peer& peer) {
    peer.send("I am ready");
    EXPECT_EQ(peer.receive(1), "A");
    peer.send("12");
    peer.send("3!");
    EXPECT_EQ(peer.receive_all(), "B");
  });
  EXPECT_TRUE(result.passed()) << result.words;
}

}  // namespace
}  // namespace duplexd
