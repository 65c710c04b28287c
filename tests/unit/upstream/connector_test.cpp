#include "core/upstream/connector.hpp"

#include "core/net/socket/stream.hpp"
#include "core/net/watched_socket.hpp"
#include "tests/support/peer.hpp"
#include "tests/support/unwilling.hpp"
#include "tests/unit/descriptor_limit.hpp"
#include "tests/unit/upstream/endpoints.hpp"

#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include <poll.h>

#include <cerrno>
#include <optional>
#include <utility>
#include <vector>

namespace duplexd {
namespace {

using State = Connector::Attempt::State;
using test::Backend;
using test::RefusingAddress;
using test::SilentBackend;

class ConnectorTest : public testing::Test {
 protected:
  Upstream& upstream_of(const std::vector<SocketAddress>& addresses) {
    std::vector<Target> targets;
    for (const SocketAddress& address : addresses) targets.push_back(test::target("endpoint", address));
    Upstream& upstream = upstream_.emplace(account_, 0);
    upstream.configure(std::make_shared<const UpstreamConfig>(), targets);
    return upstream;
  }

  // As a session does.

  Connector::Attempt dial(Connector& connector) { return watch(connector.dial()); }
  Connector::Attempt resume(Connector& connector, bool timed_out) {
    return watch(connector.resume(socket_, timed_out));
  }
  /// Waits until the attempt is decided.
  Connector::Attempt finish(Connector& connector, Connector::Attempt attempt) {
    const bool decided = test::eventually([&] {
      if (attempt.state != State::in_progress) return true;
      pollfd ready{socket_.get(), POLLOUT, 0};
      if (::poll(&ready, 1, 10) == 1) attempt = resume(connector, false);
      return attempt.state != State::in_progress;
    });
    EXPECT_TRUE(decided);
    return attempt;
  }
  Connector::Attempt connect(Connector& connector) { return finish(connector, dial(connector)); }

  std::uint64_t failed(CloseReason reason) const {
    return account_.workers[0].failed[static_cast<std::size_t>(reason)].value();
  }
  std::uint64_t connected() const { return account_.workers[0].connected.value(); }

  int socket() const { return socket_.get(); }

 private:
  Connector::Attempt watch(Connector::Attempt attempt) {
    if (attempt.socket) {
      EXPECT_EQ(socket_.open(attempt.socket, WatchedSocket::Kind::tcp), 0);
    }
    return attempt;
  }

  boost::asio::io_context context_;
  WatchedSocket socket_{poller_of(context_)};
  UpstreamAccount account_{"upstream", 1};
  std::optional<Upstream> upstream_;
};

TEST_F(ConnectorTest, AnEndpointThatAnswersIsConnected) {
  const Backend backend;
  Connector connector(upstream_of({backend.address()}));
  const Connector::Attempt attempt = connect(connector);
  ASSERT_EQ(attempt.state, State::connected);
  EXPECT_EQ(peer_address(socket()), backend.address());
  EXPECT_EQ(connector.attempts(), 1u);
  EXPECT_EQ(connector.error(), 0);
  EXPECT_EQ(connector.endpoint()->target.address, backend.address());
  EXPECT_EQ(connected(), 1u);
}

TEST_F(ConnectorTest, AUnixEndpointIsConnectedAtOnce) {
  const Backend backend(test::address_of("unix:@duplexd-connector-test"));
  Connector connector(upstream_of({backend.address()}));
  EXPECT_EQ(connector.dial().state, State::connected);
}

TEST_F(ConnectorTest, WhereOneRefusesTheNextIsDialled) {
  const RefusingAddress refusing;
  const Backend backend;
  Connector connector(upstream_of({refusing.address(), backend.address()}));
  const Connector::Attempt attempt = connect(connector);
  ASSERT_EQ(attempt.state, State::connected);
  EXPECT_EQ(peer_address(socket()), backend.address());
  EXPECT_EQ(connector.attempts(), 2u);
  EXPECT_EQ(failed(CloseReason::connect_refused), 1u);
  EXPECT_EQ(connected(), 1u);
}

TEST_F(ConnectorTest, WhereAllFailTheLastOneAndItsReasonAreKept) {
  const RefusingAddress one;
  const RefusingAddress other;
  Connector connector(
      upstream_of({one.address(), test::address_of("unix:@duplexd-nobody"), other.address()}));
  const Connector::Attempt attempt = connect(connector);
  EXPECT_EQ(attempt.state, State::failed);
  EXPECT_FALSE(attempt.socket);
  EXPECT_EQ(connector.attempts(), 3u);
  EXPECT_EQ(connector.failure(), CloseReason::connect_refused);
  EXPECT_EQ(connector.error(), ECONNREFUSED);
  ASSERT_NE(connector.endpoint(), nullptr);
  EXPECT_EQ(connector.endpoint()->target.address, other.address());
  EXPECT_EQ(failed(CloseReason::connect_refused), 3u);
  EXPECT_EQ(connected(), 0u);
}

TEST_F(ConnectorTest, WithoutEndpointsThereIsNothingToDial) {
  Connector connector(upstream_of({}));
  EXPECT_EQ(connector.dial().state, State::failed);
  EXPECT_EQ(connector.failure(), CloseReason::no_endpoint);
  EXPECT_EQ(connector.error(), 0);
  EXPECT_EQ(connector.endpoint(), nullptr);
  EXPECT_EQ(connector.attempts(), 0u);
}

TEST_F(ConnectorTest, AnAttemptThatHasNoAnswerYetStaysInProgress) {
  const SilentBackend silent;
  Connector connector(upstream_of({silent.address()}));
  ASSERT_EQ(dial(connector).state, State::in_progress);
  for (int i = 0; i < 3; ++i) {
    const Connector::Attempt attempt = resume(connector, false);
    ASSERT_EQ(attempt.state, State::in_progress);
    EXPECT_FALSE(attempt.socket) << "it is the same";
  }
  EXPECT_EQ(connector.attempts(), 1u);
}

TEST_F(ConnectorTest, AnAttemptThatHasTakenTooLongGivesWayToTheNext) {
  const SilentBackend silent;
  const Backend backend;
  Connector connector(upstream_of({silent.address(), backend.address()}));
  ASSERT_EQ(dial(connector).state, State::in_progress);
  EXPECT_EQ(finish(connector, resume(connector, true)).state, State::connected);
  EXPECT_EQ(failed(CloseReason::connect_timeout), 1u);
}

TEST_F(ConnectorTest, WhereTheLastOneHasTakenTooLongThatIsTheReason) {
  const RefusingAddress refusing;
  const SilentBackend silent;
  Connector connector(upstream_of({refusing.address(), silent.address()}));
  Connector::Attempt attempt = dial(connector);
  while (attempt.state == State::in_progress) {
    const bool timed_out = connector.endpoint()->target.address == silent.address();
    attempt = resume(connector, timed_out);
  }
  EXPECT_EQ(attempt.state, State::failed);
  EXPECT_EQ(connector.failure(), CloseReason::connect_timeout);
  EXPECT_EQ(connector.error(), ETIMEDOUT);
}

TEST_F(ConnectorTest, WantOfDescriptorsIsOursAndNoOtherEndpointIsTried) {
  const Backend backend;
  Connector connector(upstream_of({backend.address(), backend.address()}));
  const test::DescriptorLimit none(0);
  EXPECT_EQ(connector.dial().state, State::failed);
  EXPECT_EQ(connector.failure(), CloseReason::local_error);
  EXPECT_EQ(connector.error(), EMFILE);
  EXPECT_EQ(connector.attempts(), 1u);
  EXPECT_EQ(failed(CloseReason::local_error), 1u);
}

TEST_F(ConnectorTest, ItHoldsTheEndpointThatItTriedLastUntilItGoes) {
  const RefusingAddress refusing;
  const Backend backend;
  Upstream& upstream = upstream_of({refusing.address(), backend.address()});
  TriedEndpoints tried;
  Endpoint* const first = upstream.acquire(tried);
  Endpoint* const second = upstream.acquire(tried);
  {
    Connector connector(upstream);
    ASSERT_EQ(connect(connector).state, State::connected);
    EXPECT_EQ(first->sessions, 1u) << "only we hold it";
    EXPECT_EQ(second->sessions, 2u);
  }
  EXPECT_EQ(second->sessions, 1u);
  upstream.release(*first);
  upstream.release(*second);
}

}  // namespace
}  // namespace duplexd
