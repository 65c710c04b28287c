#include "tests/integration/errno/stage.hpp"

#include <cerrno>

namespace duplexd::test {
namespace {

// A session that relays, one of whose calls fails. Not here are EAGAIN, after which no event comes that was
// told before, and ENOTCONN of shutdown(2), which says that the peer has reset.
class RelayErrno : public OnStage {
 protected:
  Peer& failing(Pair& session) const { return fault().on == On::client ? session.client : session.endpoint; }
  Peer& other(Pair& session) const { return fault().on == On::client ? session.endpoint : session.client; }

  void expect_goes_on(Pair& session) {
    relay_whole(other(session), failing(session), 1'000);
    EXPECT_EQ(stage_.next_end().reason, other_finished());
  }
  CloseReason other_finished() const {
    return fault().on == On::client ? CloseReason::endpoint_finished : CloseReason::client_finished;
  }
  void expect_end(Pair& session, const Injection& injection) {
    send_if_open(other(session), "to the failing side");
    send_if_open(failing(session), "from the failing side");
    if (fault().call == Call::shutdown) other(session).end();
    ASSERT_TRUE(eventually([&] { return injection.failed() > 0; }));
    // What a peer sent before it was reset is relayed to its end.
    failing(session).end();
    other(session).end();
    const SessionEnd end = stage_.next_end();
    EXPECT_EQ(to_word(end.reason), outcome());
    EXPECT_EQ(end.error, fault().error);
  }

  Stage& stage_ = stage();
};

std::vector<Row> relay_table() {
  std::vector<std::vector<Row>> parts;
  for (const Call call : {Call::recv, Call::send, Call::shutdown}) {
    parts.push_back(rows_of_both_sides(call, {ENOMEM, ENOBUFS}, goes_on));
    parts.push_back(rows_of_both_sides(call, {ECONNRESET, EPIPE, ECONNABORTED}, "_reset"));
    parts.push_back(
        rows_of_both_sides(call, {EBADF, EINVAL, ENOTSOCK, EPERM, EACCES, ENOSYS}, "local_error"));
  }
  for (const Call call : {Call::recv, Call::send}) {
    parts.push_back(rows_of_both_sides(call, {EINTR}, goes_on));
    parts.push_back(
        rows_of_both_sides(call, {ETIMEDOUT, EHOSTUNREACH, ENETUNREACH, EHOSTDOWN, ENETDOWN}, "_lost"));
    parts.push_back(rows_of_both_sides(
        call, {ECONNREFUSED, ENOTCONN, EPROTO, ENOPROTOOPT, EOPNOTSUPP, EMSGSIZE, EIO}, "_error"));
  }
  parts.push_back(rows_of_both_sides(Call::send, {EALREADY, EDESTADDRREQ, EISCONN}, "_error"));
  return all(parts);
}

INSTANTIATE_TEST_SUITE_P(Row, RelayErrno, testing::ValuesIn(relay_table()), name_of);

TEST_P(RelayErrno, BlamesTheRightSideOrNobody) {
  {
    Pair session = stage_.open_relaying();
    const Injection injection(fault());
    outcome() == goes_on ? expect_goes_on(session) : expect_end(session, injection);
    EXPECT_EQ(injection.failed(), 1u);
  }
  stage_.expect_served();
}

// A shortage that lasts is asked about now and then.
TEST(MemoryShortage, IsRetriedNowAndThen) {
  Stage stage({});
  for (const Call call : {Call::recv, Call::send}) {
    Pair session = stage.open_relaying();
    {
      const auto start = std::chrono::steady_clock::now();
      const Injection injection({.call = call, .error = ENOMEM, .times = for_ever});
      session.client.send("during");
      EXPECT_FALSE(session.endpoint.readable_within(std::chrono::milliseconds(700)));
      EXPECT_TRUE(eventually([&] { return injection.failed() >= 2; }));
      const auto ticks = (std::chrono::steady_clock::now() - start) / std::chrono::milliseconds(100);
      EXPECT_LE(injection.failed(), 3 * static_cast<std::size_t>(ticks)) << "a few in each tick";
    }
    EXPECT_EQ(session.endpoint.receive(6), "during");
    close_in_order(session);
    EXPECT_EQ(to_word(stage.next_end().reason), "client_finished");
  }
}

}  // namespace
}  // namespace duplexd::test
