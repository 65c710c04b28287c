#include "tests/integration/errno/stage.hpp"
#include "tests/support/traffic.hpp"
#include "tests/support/volume.hpp"

#include <cerrno>
#include <future>
#include <system_error>

namespace duplexd::test {
namespace {

constexpr std::size_t bulk = 4 << 20;

// The same session again and again: of its calls of one kind the first fails, then the second, ... then the
// last.
class NthCall : public OnStage {
 protected:
  /// The number of calls that failed. The calls of a bulk are hundreds as a rule, all the same; on a busy
  /// machine a few may move it. Hence a session of fewer than `least` calls takes place again.
  template <class Session>
  unsigned sweep(unsigned least, Session session) {
    const auto most_calls = static_cast<unsigned>(scaled(40));
    unsigned number = 1;
    for (unsigned spare = 20; number <= most_calls;) {
      if (has_failed(number, session))
        ++number;
      else if (number > least || spare-- == 0)
        break;
    }
    return number - 1;
  }

 private:
  template <class Session>
  bool has_failed(unsigned number, Session session) {
    Fault nth = fault();
    nth.first = number;
    SCOPED_TRACE("call " + std::to_string(number));
    const Injection injection(nth);
    session(injection);
    if (injection.failed() == 0) return false;
    // It is not tried again by the process.
    if (nth.error == EPERM) leave_stage();
    return true;
  }
};

std::vector<Row> of_both_sides(std::initializer_list<Call> calls, const Errors& errors,
                               std::string_view outcome) {
  std::vector<std::vector<Row>> parts;
  for (const Call call : calls) parts.push_back(rows_of_both_sides(call, errors, outcome));
  return all(parts);
}

/// Small messages, one per call; then both directions end.
void talk(Pair& session) {
  for (int i = 0; i < 2; ++i) {
    session.client.send("ping");
    EXPECT_EQ(session.endpoint.receive(4), "ping");
    session.endpoint.send("pong");
    EXPECT_EQ(session.client.receive(4), "pong");
  }
  relay_whole(session.client, session.endpoint, 100);
}

class NthCallOfMessages : public NthCall {};
INSTANTIATE_TEST_SUITE_P(Row, NthCallOfMessages,
                         testing::ValuesIn(of_both_sides({Call::recv, Call::send, Call::shutdown}, {ENOMEM},
                                                         goes_on)),
                         name_of);
TEST_P(NthCallOfMessages, ShortOfMemoryLosesNothing) {
  const unsigned least = fault().call == Call::shutdown ? 0 : 3;
  const unsigned failed = sweep(least, [](const Injection&) {
    Pair session = stage().open();
    talk(session);
    EXPECT_EQ(to_word(stage().next_end().reason), "client_finished");
  });
  EXPECT_GE(failed, least);
}

class NthSplice : public NthCall {};
INSTANTIATE_TEST_SUITE_P(Row, NthSplice,
                         testing::ValuesIn(of_both_sides({Call::splice_to_pipe, Call::splice_from_pipe},
                                                         {EINVAL, ENOMEM, EPERM, EINTR}, goes_on)),
                         name_of);
TEST_P(NthSplice, RefusedIsCopiedByteForByte) {
  const std::string upload = pattern(bulk, 1);
  const std::string download = pattern(bulk, 2);
  const unsigned failed = sweep(3, [&](const Injection&) {
    Pair session = stage().open();
    const Exchange received = exchange(session.client, session.endpoint, upload, download, 1 << 20);
    EXPECT_TRUE(received.at_endpoint == upload);
    EXPECT_TRUE(received.at_client == download);
    EXPECT_EQ(stage().next_end().error, 0);
  });
  EXPECT_GE(failed, 3u);
}

/// Sends and ends; how far it comes does not matter.
std::future<void> speak(Peer& peer, std::string_view bytes) {
  return std::async(std::launch::async, [&peer, bytes] {
    try {
      peer.send(bytes);
      peer.end();
    } catch (const std::system_error&) {  // it was reset
    }
  });
}

class NthCallOfBulk : public NthCall {};
INSTANTIATE_TEST_SUITE_P(Row, NthCallOfBulk,
                         testing::ValuesIn(of_both_sides({Call::recv, Call::send, Call::splice_to_pipe,
                                                          Call::splice_from_pipe},
                                                         {ECONNRESET}, "_reset")),
                         name_of);
TEST_P(NthCallOfBulk, ResetIsBlamedOnItsPeer) {
  const std::string bytes = pattern(bulk);
  const unsigned failed = sweep(3, [&](const Injection& injection) {
    Pair session = stage().open();
    auto client = speak(session.client, bytes);
    auto endpoint = speak(session.endpoint, bytes);
    auto answered = std::async(std::launch::async, [&] { return session.client.drain(); });
    (void)session.endpoint.drain();
    (void)answered.get();
    client.get();
    endpoint.get();
    const SessionEnd end = stage().next_end();
    const bool ended_in_order = end.error == 0;
    EXPECT_EQ(ended_in_order ? "in order" : to_word(end.reason),
              injection.failed() == 0 ? "in order" : outcome());
  });
  EXPECT_GE(failed, 3u);
}

}  // namespace
}  // namespace duplexd::test
