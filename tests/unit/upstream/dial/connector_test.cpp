#include "core/upstream/dial/connector.hpp"

#include "core/net/socket/stream.hpp"
#include "tests/support/peer.hpp"
#include "tests/support/unwilling.hpp"
#include "tests/unit/descriptor_limit.hpp"
#include "tests/unit/upstream/endpoints.hpp"

#include <gtest/gtest.h>

#include <poll.h>

#include <cerrno>
#include <optional>
#include <utility>
#include <vector>

namespace duplexd {
namespace {

using State = Dial::State;
using test::Backend;
using test::RefusingAddress;
using test::SilentBackend;

class ConnectorTest : public testing::Test {
 protected:
  Upstream& upstream_of(const std::vector<SocketAddress>& addresses) {
    return upstream_with(endpoints_.pool_of(addresses));
  }
  Upstream& upstream_with(std::shared_ptr<const Pool> pool) {
    Upstream& upstream = upstream_ ? *upstream_ : upstream_.emplace(endpoints_.shared, 0);
    upstream.use(std::move(pool));
    return upstream;
  }
  Upstream& upstream_from(const std::vector<SocketAddress>& sources, const SocketAddress& to) {
    UpstreamConfig config = test::Endpoints::plain();
    config.source = sources;
    return upstream_with(endpoints_.pool({{.endpoint = &endpoints_.at("endpoint", to)}}, config));
  }

  // As a session does.

  State dial(Connector& connector) { return take(connector.dial()); }
  State resume(Connector& connector, bool timed_out) {
    return take(connector.resume(socket_.get(), timed_out));
  }
  /// Waits until the attempt is decided.
  State finish(Connector& connector, State state) {
    const bool decided = test::eventually([&] {
      if (state != State::in_progress) return true;
      pollfd ready{socket_.get(), POLLOUT, 0};
      if (::poll(&ready, 1, 10) == 1) state = resume(connector, false);
      return state != State::in_progress;
    });
    EXPECT_TRUE(decided);
    return state;
  }
  State connect(Connector& connector) { return finish(connector, dial(connector)); }

  std::uint64_t failed(CloseReason reason) const {
    return endpoints_.account.workers[0].failed[static_cast<std::size_t>(reason)].value();
  }
  std::uint64_t connected() const { return endpoints_.account.workers[0].connected.value(); }
  int socket() const { return socket_.get(); }

  test::Endpoints endpoints_;

 private:
  State take(Dial dial) {
    const bool goes_on = dial.state == State::connected || dial.state == State::in_progress;
    if (dial.socket || !goes_on) socket_ = std::move(dial.socket);
    return dial.state;
  }

  std::optional<Upstream> upstream_;
  FileDescriptor socket_;
};

TEST_F(ConnectorTest, AnsweringEndpointIsConnected) {
  const Backend backend;
  Connector connector(upstream_of({backend.address()}), 0);
  ASSERT_EQ(connect(connector), State::connected);
  EXPECT_EQ(peer_address(socket()), backend.address());
  EXPECT_EQ(connector.attempts(), 1u);
  EXPECT_EQ(connector.error(), 0);
  EXPECT_EQ(connector.endpoint()->address, backend.address());
  EXPECT_EQ(connected(), 1u);
}

TEST_F(ConnectorTest, UnixEndpointIsConnectedAtOnce) {
  const Backend backend(test::address_of("unix:@duplexd-connector-test"));
  Connector connector(upstream_of({backend.address()}), 0);
  EXPECT_EQ(dial(connector), State::connected);
}

TEST_F(ConnectorTest, RefusalLeadsToTheNextEndpoint) {
  const RefusingAddress refusing;
  const Backend backend;
  Connector connector(upstream_of({refusing.address(), backend.address()}), 0);
  ASSERT_EQ(connect(connector), State::connected);
  EXPECT_EQ(peer_address(socket()), backend.address());
  EXPECT_EQ(connector.attempts(), 2u);
  EXPECT_EQ(failed(CloseReason::connect_refused), 1u);
  EXPECT_EQ(connected(), 1u);
}

TEST_F(ConnectorTest, LastFailureIsKept) {
  const RefusingAddress one;
  const RefusingAddress other;
  Connector connector(upstream_of({one.address(), test::address_of("unix:@duplexd-nobody"), other.address()}),
                      0);
  EXPECT_EQ(dial(connector), State::failed);
  EXPECT_EQ(connector.attempts(), 3u);
  EXPECT_EQ(connector.failure(), CloseReason::connect_refused);
  EXPECT_EQ(connector.error(), ECONNREFUSED);
  EXPECT_NE(connector.endpoint(), nullptr);
  EXPECT_EQ(failed(CloseReason::connect_refused), 3u);
  EXPECT_EQ(connected(), 0u);
}

TEST_F(ConnectorTest, EmptyUpstreamHasNoEndpoint) {
  Connector connector(upstream_of({}), 0);
  EXPECT_EQ(dial(connector), State::failed);
  EXPECT_EQ(connector.failure(), CloseReason::no_endpoint);
  EXPECT_EQ(connector.error(), 0);
  EXPECT_EQ(connector.endpoint(), nullptr);
  EXPECT_EQ(connector.attempts(), 0u);
}

TEST_F(ConnectorTest, UnansweredAttemptStaysInProgress) {
  const SilentBackend silent;
  Connector connector(upstream_of({silent.address()}), 0);
  ASSERT_EQ(dial(connector), State::in_progress);
  const int begun = socket();
  for (int i = 0; i < 3; ++i) {
    ASSERT_EQ(resume(connector, false), State::in_progress);
    EXPECT_EQ(socket(), begun);
  }
  EXPECT_EQ(connector.attempts(), 1u);
}

TEST_F(ConnectorTest, LateAttemptLeadsToNextEndpoint) {
  const SilentBackend silent;
  const Backend backend;
  Connector connector(upstream_of({silent.address(), backend.address()}), 0);
  ASSERT_EQ(dial(connector), State::in_progress);
  EXPECT_EQ(finish(connector, resume(connector, true)), State::connected);
  EXPECT_EQ(failed(CloseReason::connect_timeout), 1u);
}

TEST_F(ConnectorTest, LateLastAttemptIsATimeout) {
  const RefusingAddress refusing;
  const SilentBackend silent;
  Connector connector(upstream_of({refusing.address(), silent.address()}), 0);
  ASSERT_EQ(dial(connector), State::in_progress);
  EXPECT_EQ(resume(connector, true), State::failed);
  EXPECT_EQ(connector.failure(), CloseReason::connect_timeout);
  EXPECT_EQ(connector.error(), ETIMEDOUT);
}

TEST_F(ConnectorTest, DescriptorShortageEndsTheAttempts) {
  const Backend backend;
  const Backend other;
  Connector connector(upstream_of({backend.address(), other.address()}), 0);
  const test::DescriptorLimit none(0);
  EXPECT_EQ(dial(connector), State::failed);
  EXPECT_EQ(connector.failure(), CloseReason::local_error);
  EXPECT_EQ(connector.error(), EMFILE);
  EXPECT_EQ(connector.attempts(), 1u);
  EXPECT_EQ(failed(CloseReason::local_error), 1u);
}

TEST_F(ConnectorTest, HoldsOnlyTheEndpointTriedLast) {
  const RefusingAddress refusing;
  const Backend backend;
  Upstream& upstream = upstream_of({refusing.address(), backend.address()});
  const Endpoint& first = *upstream.pool().members()[0].endpoint;
  const Endpoint& second = *upstream.pool().members()[1].endpoint;
  {
    Connector connector(upstream, 0);
    ASSERT_EQ(connect(connector), State::connected);
    EXPECT_EQ(first.sessions().live, 0u);
    EXPECT_EQ(second.sessions().live, 1u);
    const EndpointHold hold = connector.take_endpoint();
    EXPECT_EQ(hold.get(), &second);
    EXPECT_EQ(second.sessions().live, 1u);
  }
  EXPECT_EQ(first.sessions().taken, 1u);
  EXPECT_EQ(second.sessions().live, 0u);
}

TEST_F(ConnectorTest, ReloadWhileDiallingSkipsNoEndpoint) {
  const SilentBackend silent;
  const Backend backend;
  Connector connector(upstream_of({silent.address(), backend.address()}), 0);
  ASSERT_EQ(dial(connector), State::in_progress);
  upstream_of({backend.address()});
  EXPECT_EQ(finish(connector, resume(connector, true)), State::connected);
  EXPECT_EQ(connector.endpoint()->address, backend.address());
}

TEST_F(ConnectorTest, ReloadWhileDiallingRepeatsNoEndpoint) {
  const SilentBackend silent;
  const RefusingAddress other;
  Connector connector(upstream_of({silent.address(), other.address()}), 0);
  ASSERT_EQ(dial(connector), State::in_progress);
  upstream_of({other.address(), silent.address()});
  EXPECT_EQ(resume(connector, true), State::failed);
  EXPECT_EQ(connector.attempts(), 2u);
}

TEST_F(ConnectorTest, SessionsOfAllWorkersTakeTurns) {
  const RefusingAddress one;
  const RefusingAddress other;
  Upstream& first = upstream_of({one.address(), other.address()});
  Upstream second(endpoints_.shared, 1);
  second.use(endpoints_.pool_of({one.address(), other.address()}));
  const auto dialled_last = [](Upstream& upstream) {
    Connector connector(upstream, 0);
    EXPECT_EQ(connector.dial().state, State::failed);
    return connector.endpoint()->address;
  };
  EXPECT_EQ(dialled_last(first), other.address());
  EXPECT_EQ(dialled_last(second), one.address());
  EXPECT_EQ(dialled_last(second), other.address());
}

TEST_F(ConnectorTest, OtherSourceIsTriedFirst) {
  const Backend backend;
  Upstream& upstream =
      upstream_from({test::address_of("192.0.2.1:0"), test::address_of("127.0.0.2:0")}, backend.address());
  for (int i = 0; i < 4; ++i) {
    Connector connector(upstream, 0);
    ASSERT_EQ(connect(connector), State::connected);
    EXPECT_EQ(local_address(socket()).to_string().substr(0, 9), "127.0.0.2");
    EXPECT_EQ(connector.attempts(), 1u);
  }
  EXPECT_EQ(failed(CloseReason::connect_no_source), 2u);
}

TEST_F(ConnectorTest, ExhaustedPortsLeadToNextSource) {
  const Backend backend;
  const Backend taken;
  Upstream& upstream = upstream_from({taken.address(), test::address_of("127.0.0.2:0")}, backend.address());
  Connector connector(upstream, 0);
  EXPECT_EQ(connect(connector), State::connected);
  EXPECT_EQ(failed(CloseReason::connect_no_port), 1u);
}

TEST_F(ConnectorTest, AbsentSourcesAreNoSource) {
  const Backend backend;
  Connector connector(
      upstream_from({test::address_of("192.0.2.1:0"), test::address_of("198.51.100.1:0")}, backend.address()),
      0);
  EXPECT_EQ(dial(connector), State::failed);
  EXPECT_EQ(connector.failure(), CloseReason::connect_no_source);
  EXPECT_EQ(connector.error(), EADDRNOTAVAIL);
}

// A source of the port that is dialled makes certain what is luck otherwise.
TEST_F(ConnectorTest, ConnectionToItselfIsRefused) {
  const SocketAddress nobody = RefusingAddress().address();
  UpstreamConfig config = test::Endpoints::plain();
  config.source = {nobody};
  const Endpoint& endpoint = endpoints_.at("endpoint", nobody);
  Connector connector(
      upstream_with(endpoints_.pool({{.endpoint = &endpoint, .may_meet_itself = true}}, config)), 0);
  EXPECT_EQ(dial(connector), State::failed);
  EXPECT_EQ(connector.failure(), CloseReason::connect_refused);
  EXPECT_EQ(connector.error(), ECONNREFUSED);
  EXPECT_EQ(connected(), 0u);
  EXPECT_NO_THROW(const Backend backend(nobody)) << "the port is free";
}

TEST_F(ConnectorTest, EndpointLeadingBackIsPassedOver) {
  Backend listener;
  const Backend backend;
  const Endpoint& back = endpoints_.at("back", listener.address());
  const Endpoint& good = endpoints_.at("good", backend.address());
  Connector connector(
      upstream_with(endpoints_.pool({{.endpoint = &back, .leads_back = true}, {.endpoint = &good}})), 0);
  ASSERT_EQ(connect(connector), State::connected);
  EXPECT_EQ(connector.endpoint(), &good);
  EXPECT_EQ(failed(CloseReason::connect_loop), 1u);
}

TEST_F(ConnectorTest, LoopAloneIsTheReason) {
  const Endpoint& back = endpoints_.at("back", "127.0.0.1:1");
  Connector connector(upstream_with(endpoints_.pool({{.endpoint = &back, .leads_back = true}})), 0);
  EXPECT_EQ(dial(connector), State::failed);
  EXPECT_EQ(connector.failure(), CloseReason::connect_loop);
  EXPECT_EQ(connector.error(), 0);
}

/// An endpoint that never answers, and sometimes another. The first one is to be tried after an ejection.
class TrialTest : public ConnectorTest {
 protected:
  Upstream& upstream(bool with_other) {
    UpstreamConfig config;
    config.retry.rounds = 0;
    std::vector<Pool::Member> members{{.endpoint = &silent_}};
    if (with_other) members.push_back({.endpoint = &endpoints_.at("other", backend_.address())});
    silent_.trust().eject(now_in_millis() - config.passive.ejection.count(), config.passive);
    return upstream_with(endpoints_.pool(members, config));
  }

  const SilentBackend socket_of_silent_;
  const Backend backend_;
  const Endpoint& silent_ = endpoints_.at("silent", socket_of_silent_.address());
};

TEST_F(TrialTest, TrialIsShortWhereOthersServe) {
  Connector connector(upstream(true), 0);
  ASSERT_EQ(dial(connector), State::in_progress);
  EXPECT_EQ(connector.endpoint(), &silent_);
  EXPECT_EQ(connector.wait(std::chrono::seconds(5)), std::chrono::seconds(1));
  EXPECT_EQ(finish(connector, resume(connector, true)), State::connected);
  EXPECT_EQ(failed(CloseReason::connect_timeout), 1u);
  EXPECT_GT(silent_.trust().ejected_until(), now_in_millis() + 10'000) << "for longer than before";
}

TEST_F(TrialTest, LoneTrialMayTakeLong) {
  Connector connector(upstream(false), 0);
  ASSERT_EQ(dial(connector), State::in_progress);
  EXPECT_EQ(connector.wait(std::chrono::seconds(60)), std::chrono::seconds(1)) << "then it looks again";
  EXPECT_EQ(resume(connector, true), State::in_progress);
  EXPECT_EQ(connector.wait(std::chrono::seconds(0)), std::chrono::seconds(0));
  EXPECT_EQ(resume(connector, true), State::failed);
}

TEST_F(TrialTest, LeftTrialIsFree) {
  Upstream& upstream = this->upstream(true);
  {
    Connector connector(upstream, 0);
    ASSERT_EQ(dial(connector), State::in_progress);
    EXPECT_EQ(silent_.trust().ask(now_in_millis(), upstream.config().passive), Trust::Answer::no);
  }
  EXPECT_EQ(silent_.trust().ask(now_in_millis(), upstream.config().passive), Trust::Answer::trial);
}

// Unreachable from every source: the attempt is over, and counts once.
TEST_F(ConnectorTest, LastSourcesFailureIsTheEndpoints) {
  UpstreamConfig config;
  config.retry.rounds = 0;
  config.source = {test::address_of("127.0.0.2:0"), test::address_of("127.0.0.3:0")};
  // 127.0.0.0/8 leads nowhere else.
  const Endpoint& endpoint = endpoints_.at("endpoint", test::address_of("192.0.2.1:1"));
  Upstream& upstream = upstream_with(endpoints_.pool({{.endpoint = &endpoint}}, config));
  for (int i = 0; i < 10; ++i) {
    Connector connector(upstream, 0);
    if (finish(connector, dial(connector)) != State::failed) GTEST_SKIP() << "this host has a way there";
  }
  EXPECT_EQ(endpoint.trust().ask(now_in_millis(), config.passive), Trust::Answer::yes)
      << "no attempt waits for an answer";
}

TEST_F(ConnectorTest, FullBacklogIsTriedAgain) {
  Backend full(test::address_of("unix:@duplexd-connector-full"), 0);
  const test::Peer filler = test::Peer::connect(full.address());
  const RefusingAddress refusing;
  Connector connector(upstream_of({full.address(), refusing.address()}), 0);
  Dial dial = connector.dial();
  ASSERT_EQ(dial.state, State::paused);
  EXPECT_GT(dial.pause.count(), 0);
  EXPECT_EQ(connector.failure(), CloseReason::connect_refused);
  EXPECT_EQ(connector.dial().state, State::paused) << "it is still full";
  EXPECT_EQ(connector.error(), EAGAIN);
  const test::Peer accepted = full.accept();
  dial = connector.dial();
  EXPECT_EQ(dial.state, State::connected);
  EXPECT_EQ(failed(CloseReason::connect_refused), 1u) << "who refused is not tried again";
}

}  // namespace
}  // namespace duplexd
