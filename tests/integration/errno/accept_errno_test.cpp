#include "tests/integration/errno/stage.hpp"

#include <cerrno>

namespace duplexd::test {
namespace {

using namespace std::chrono_literals;

// A client that comes while accepting fails waits, and is served.
class AcceptErrno : public OnStage {
 protected:
  void expect_waits_and_is_served(Stage& stage, std::uint64_t backoffs_before) {
    const auto came = std::chrono::steady_clock::now();
    Pair session = stage.open();
    EXPECT_LT(std::chrono::steady_clock::now() - came, 15s);
    relay_whole(session.client, session.endpoint, 1'000);
    EXPECT_EQ(to_word(stage.next_end().reason), "client_finished");
    EXPECT_EQ(stage.proxy().listener().backoffs - backoffs_before, outcome() == pauses ? 1u : 0u);
  }

  static constexpr std::string_view pauses = "pauses";

 public:
  static std::vector<Row> table() {
    const Fault fails{.call = Call::accept4, .on = On::listener};
    return all(
        {rows(fails, {ECONNABORTED, EPROTO, EINTR, EPERM, EOPNOTSUPP, ETIMEDOUT}, goes_on),
         rows(fails, {ENETDOWN, ENOPROTOOPT, EHOSTDOWN, ENONET, EHOSTUNREACH, ENETUNREACH}, goes_on),
         rows(fails, {EMFILE, ENFILE, ENOBUFS, ENOMEM, ENOSR, ESOCKTNOSUPPORT, EPROTONOSUPPORT}, pauses),
         rows(fails, {EBADF, EFAULT, EINVAL, ENOTSOCK, EACCES, ENOSYS}, pauses)});
  }
};

INSTANTIATE_TEST_SUITE_P(Row, AcceptErrno, testing::ValuesIn(AcceptErrno::table()), name_of);

TEST_P(AcceptErrno, LetsTheClientWait) {
  {
    const std::uint64_t backoffs = stage().proxy().listener().backoffs;
    const Injection injection(fault());
    expect_waits_and_is_served(stage(), backoffs);
    EXPECT_EQ(injection.failed(), 1u);
  }
  stage().expect_served();
}

// The same of an acceptor that cannot be watched.
class WatchErrno : public AcceptErrno {
 public:
  static std::vector<Row> table() {
    return rows({.call = Call::epoll_add, .on = On::listener},
                {ENOMEM, ENOSPC, EPERM, EACCES, EINVAL, EBADF, EEXIST, ELOOP, ENOSYS}, pauses);
  }
};

INSTANTIATE_TEST_SUITE_P(Row, WatchErrno, testing::ValuesIn(WatchErrno::table()), name_of);

TEST_P(WatchErrno, LetsTheClientWait) {
  leave_stage();  // the next one begins to watch
  {
    const Injection injection(fault());
    expect_waits_and_is_served(stage(), 0);
    EXPECT_EQ(injection.failed(), 1u);
  }
  stage().expect_served();
}

TEST(AcceptFailure, BacksOffWhileItLasts) {
  Stage stage({});
  for (const int error : {EMFILE, ECONNABORTED, EBADF}) {
    Peer client;
    {
      const Injection injection({.call = Call::accept4, .error = error, .times = for_ever});
      client = stage.proxy().connect();
      EXPECT_FALSE(client.readable_within(300ms));
      EXPECT_LE(injection.calls(), 10u * 32u) << "a batch at a time, five times a second";
    }
    Pair session{std::move(client), stage.accept()};
    relay_whole(session.client, session.endpoint, 100);
    EXPECT_EQ(to_word(stage.next_end().reason), "client_finished");
  }
}

// A worker that only looks whether a client is there leaves the last place to the others.
TEST(AcceptDelay, HoldsNoPlace) {
  Backend backend;
  Config config = proxy_config({backend.address()});
  config.listeners[0].limits.sessions = 1;
  config.listeners[0].limits.when_full = WhenFull::refuse;
  Proxy proxy(config);
  std::vector<Peer> clients;
  const Hold hold(Call::accept4, On::listener);
  ASSERT_TRUE(eventually([&] {
    clients.push_back(proxy.connect());
    return backend.called_within(50ms);
  })) << "the worker that is not held serves one of them";
  EXPECT_TRUE(hold.met());
}

}  // namespace
}  // namespace duplexd::test
