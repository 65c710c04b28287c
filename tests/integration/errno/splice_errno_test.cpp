#include "tests/integration/errno/stage.hpp"
#include "tests/support/splice/splicing.hpp"

#include <cerrno>
#include <future>
#include <system_error>

namespace duplexd::test {
namespace {

constexpr std::size_t chunk_size = 256 * 1024;

bool to_pipe(const Fault& fault) { return fault.call == Call::splice_to_pipe; }

// A session that carries bulk by pipe, one of whose splice(2) fails. `from` sends it and `to` receives it.
class SpliceErrno : public OnStage {
 protected:
  Side from_side() const {
    return (fault().on == On::client) == to_pipe(fault()) ? Side::client : Side::endpoint;
  }
  Peer& from(Pair& session) const { return from_side() == Side::client ? session.client : session.endpoint; }
  Peer& to(Pair& session) const { return from_side() == Side::client ? session.endpoint : session.client; }

  void expect_goes_on(Pair& session, const Injection& injection) {
    const std::string chunk = pattern(chunk_size);
    for (int chunks = 0; chunks < 256 && injection.failed() == 0; ++chunks) {
      auto sent = std::async(std::launch::async, [&] { from(session).send(chunk); });
      EXPECT_TRUE(to(session).receive(chunk.size()) == chunk);
      sent.get();
    }
    relay_whole(from(session), to(session), chunk_size);
    EXPECT_EQ(to_word(stage_.next_end().reason), std::string(to_word(from_side())) + "_finished");
  }

  // The receiver reads until it is reset.
  void expect_end(Pair& session, const Injection& injection) {
    auto sent = std::async(std::launch::async, [&] {
      const std::string chunk = pattern(chunk_size);
      try {
        while (injection.failed() == 0) from(session).send(chunk);
      } catch (const std::system_error&) {
      }
    });
    auto received = std::async(std::launch::async, [&] { return to(session).drain(); });
    ASSERT_TRUE(eventually([&] { return injection.failed() > 0; }));
    to(session).end();
    const SessionEnd end = stage_.next_end();
    EXPECT_EQ(to_word(end.reason), outcome());
    EXPECT_EQ(end.error, fault().error);
    sent.get();
    (void)received.get();
  }

  Stage& stage_ = stage();
};

std::vector<Row> splice_table() {
  std::vector<std::vector<Row>> parts;
  for (const Call call : {Call::splice_to_pipe, Call::splice_from_pipe}) {
    parts.push_back(rows_of_both_sides(call, {EPERM, EACCES, ENOSYS, ENOMEM, EOPNOTSUPP, EINVAL}, goes_on));
    parts.push_back(rows_of_both_sides(call, {EINTR, ENOBUFS}, goes_on));
    parts.push_back(rows_of_both_sides(call, {ECONNRESET, EPIPE, ECONNABORTED}, "_reset"));
    parts.push_back(
        rows_of_both_sides(call, {ETIMEDOUT, EHOSTUNREACH, ENETUNREACH, EHOSTDOWN, ENETDOWN}, "_lost"));
    parts.push_back(rows_of_both_sides(call, {ESPIPE, ENOTCONN, EPROTO, EMSGSIZE, EIO}, "_error"));
    parts.push_back(rows_of_both_sides(call, {EBADF, EFAULT, ENOTSOCK}, "local_error"));
  }
  return all(parts);
}

INSTANTIATE_TEST_SUITE_P(Row, SpliceErrno, testing::ValuesIn(splice_table()), name_of);

TEST_P(SpliceErrno, CopiesOrBlamesTheRightSide) {
  {
    Pair session = stage_.open();
    promote(stage_.proxy(), from(session), to(session));
    const Injection injection(fault());
    outcome() == goes_on ? expect_goes_on(session, injection) : expect_end(session, injection);
    EXPECT_EQ(injection.failed(), 1u);
  }
  stage_.expect_served();
}

class SpliceRefused : public testing::TestWithParam<int> {};

INSTANTIATE_TEST_SUITE_P(For, SpliceRefused, testing::Values(EPERM, EACCES, ENOSYS),
                         [](const auto& row) { return std::string(::strerrorname_np(row.param)); });

TEST_P(SpliceRefused, OnceIsNotTriedAgain) {
  Stage stage({});
  const Injection injection({.call = Call::splice_to_pipe, .error = GetParam(), .times = for_ever});
  for (int i = 0; i < 2; ++i) {
    Pair session = stage.open();
    relay_whole(session.client, session.endpoint, 8 << 20);
    EXPECT_EQ(to_word(stage.next_end().reason), "client_finished");
  }
  EXPECT_EQ(injection.calls(), 1u);
  EXPECT_EQ(stage.proxy().listener().spliced_bytes, 0u);
}

}  // namespace
}  // namespace duplexd::test
