#include "tests/integration/errno/stage.hpp"
#include "tests/support/traffic.hpp"

#include <cerrno>

namespace duplexd::test {
namespace {

// A socket of a session that cannot be watched. The session ends, and its neighbour goes on.
class SocketWatchErrno : public OnStage {
 protected:
  void expect_neighbour_goes_on(Pair& neighbour) {
    relay_whole(neighbour.client, neighbour.endpoint, 1'000);
    EXPECT_EQ(to_word(stage_.next_end().reason), "client_finished");
  }
  void expect_local_error() {
    const SessionEnd end = stage_.next_end();
    EXPECT_EQ(to_word(end.reason), "local_error");
    EXPECT_EQ(end.error, fault().error);
  }

  Stage& stage_ = stage();
};

const Errors of_epoll_ctl{ENOMEM, ENOSPC, EPERM, EACCES, EINVAL, EBADF, EEXIST, ELOOP, ENOENT, ENOSYS};

class NewSocket : public SocketWatchErrno {};
INSTANTIATE_TEST_SUITE_P(Row, NewSocket,
                         testing::ValuesIn(rows_of_both_sides(Call::epoll_add, of_epoll_ctl, "")), name_of);
TEST_P(NewSocket, UnwatchedEndsItsSessionAlone) {
  {
    Pair neighbour = stage_.open_relaying();
    const Injection injection(fault());
    Peer client = stage_.proxy().connect();
    expect_local_error();
    EXPECT_EQ(injection.failed(), 1u);
    expect_neighbour_goes_on(neighbour);
  }
  stage_.expect_served();
}

// The endpoint takes no more, and it cannot be waited for it.
class FullReceiver : public SocketWatchErrno {};
INSTANTIATE_TEST_SUITE_P(Row, FullReceiver,
                         testing::ValuesIn(rows({.call = Call::epoll_mod, .on = On::endpoint}, of_epoll_ctl,
                                                "")),
                         name_of);
TEST_P(FullReceiver, UnwatchedEndsItsSessionAlone) {
  {
    Pair neighbour = stage_.open_relaying();
    Pair session = stage_.open_relaying();
    const Injection injection(fault());
    const std::string bytes = pattern(1 << 20);
    EXPECT_TRUE(eventually([&] {
      if (injection.failed() == 0) (void)session.client.send_some(bytes);
      return injection.failed() > 0;
    }));
    expect_local_error();
    EXPECT_EQ(injection.failed(), 1u);
    expect_neighbour_goes_on(neighbour);
  }
  stage_.expect_served();
}

// The sender of stuck bytes is muted, which may fail: it wakes the worker for nothing.
class StuckSender : public SocketWatchErrno {};
INSTANTIATE_TEST_SUITE_P(Row, StuckSender,
                         testing::ValuesIn(rows({.call = Call::epoll_mod, .on = On::client}, of_epoll_ctl,
                                                goes_on)),
                         name_of);
TEST_P(StuckSender, UnmutedLosesNothing) {
  {
    Pair session = stage_.open_relaying();
    const Injection injection(fault());
    const std::string bytes = pattern(1 << 20);
    std::size_t sent = 0;
    EXPECT_TRUE(eventually([&] {
      if (injection.failed() == 0)
        sent += session.client.send_some(std::string_view(bytes).substr(sent % bytes.size()));
      return injection.failed() > 0;
    }));
    session.client.end();
    const std::string received = session.endpoint.receive_all();
    EXPECT_EQ(received.size(), sent);
    for (std::size_t at = 0; at < received.size(); at += bytes.size())
      ASSERT_TRUE(bytes.starts_with(std::string_view(received).substr(at, bytes.size())));
    session.endpoint.close();
    EXPECT_EQ(to_word(stage_.next_end().reason), "client_finished");
  }
  stage_.expect_served();
}

}  // namespace
}  // namespace duplexd::test
