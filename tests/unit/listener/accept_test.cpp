#include "core/listener/accept.hpp"

#include "core/net/socket/listen_socket.hpp"
#include "core/net/socket/stream.hpp"
#include "tests/support/peer.hpp"
#include "tests/unit/descriptor_limit.hpp"

#include <gtest/gtest.h>

#include <fcntl.h>

#include <cerrno>
#include <optional>
#include <set>
#include <stdexcept>
#include <vector>

namespace duplexd {
namespace {

using Outcome = Accepted::Outcome;
using test::Peer;

ListeningSockets listen(std::string_view text) {
  const auto bind = parse_bind(text);
  auto opened = open_listeners(bind->front(), {}, 1);
  if (!opened) throw std::runtime_error(opened.error().what);
  return std::move(*opened);
}

class AcceptTest : public testing::Test {
 protected:
  ListeningSockets listening = listen("127.0.0.1:0");
  int socket = listening.sockets.front().get();
};

TEST_F(AcceptTest, IdleListenerHasNobody) {
  const Accepted accepted = accept_client(socket);
  EXPECT_EQ(accepted.outcome, Outcome::nobody);
  EXPECT_EQ(accepted.error, EAGAIN);
  EXPECT_FALSE(accepted.client);
}

TEST_F(AcceptTest, ClientsHaveAddressAndSocketFlags) {
  const Peer peer = Peer::connect(local_address(socket));
  Accepted accepted;
  ASSERT_TRUE(test::eventually([&] {
    accepted = accept_client(socket);
    return accepted.outcome != Outcome::nobody;
  }));
  EXPECT_EQ(accepted.outcome, Outcome::client);
  EXPECT_EQ(accepted.error, 0);
  EXPECT_EQ(accepted.address, PeerAddress(peer.local()));
  EXPECT_TRUE(::fcntl(accepted.client.get(), F_GETFL) & O_NONBLOCK);
  EXPECT_TRUE(::fcntl(accepted.client.get(), F_GETFD) & FD_CLOEXEC);
  EXPECT_EQ(accept_client(socket).outcome, Outcome::nobody) << "there was one";
}

TEST_F(AcceptTest, UnixClientsHaveAFamilyOnly) {
  const ListeningSockets local = listen("unix:@duplexd-accept-test");
  const int listener = local.sockets.front().get();
  const Peer peer = Peer::connect(local_address(listener));
  const Accepted accepted = accept_client(listener);
  ASSERT_EQ(accepted.outcome, Outcome::client);
  EXPECT_EQ(accepted.address.family(), PeerAddress::Family::local);
}

TEST_F(AcceptTest, ClientWaitsForADescriptor) {
  const Peer peer = Peer::connect(local_address(socket));
  {
    const test::DescriptorLimit none(0);
    const Accepted accepted = accept_client(socket);
    EXPECT_EQ(accepted.outcome, Outcome::exhausted);
    EXPECT_EQ(accepted.error, EMFILE);
    EXPECT_FALSE(accepted.client);
  }
  EXPECT_TRUE(test::eventually([&] { return accept_client(socket).outcome == Outcome::client; }));
}

TEST_F(AcceptTest, ClientsThatWaitAreCounted) {
  EXPECT_EQ(clients_waiting(socket), 0u);
  std::vector<Peer> peers;
  for (int i = 0; i < 3; ++i) peers.push_back(Peer::connect(local_address(socket)));
  EXPECT_TRUE(test::eventually([&] { return clients_waiting(socket) == 3u; }));
  EXPECT_EQ(accept_client(socket).outcome, Outcome::client);
  EXPECT_EQ(clients_waiting(socket), 2u);
}

TEST_F(AcceptTest, UnixSocketsCannotTellWhoWaits) {
  const ListeningSockets local = listen("unix:@duplexd-accept-test-count");
  EXPECT_EQ(clients_waiting(local.sockets.front().get()), std::nullopt);
}

// Those of accept(2), and any other: to back off is right for whatever is not known.
TEST(AcceptOutcome, EveryErrnoHasItsOutcome) {
  EXPECT_EQ(accept_outcome(EAGAIN), Outcome::nobody);
  EXPECT_EQ(accept_outcome(EWOULDBLOCK), Outcome::nobody);
  const std::set<int> of_one_client{EINTR,       ECONNABORTED, EPROTO, EPERM,        ETIMEDOUT,  ENETDOWN,
                                    ENOPROTOOPT, EHOSTDOWN,    ENONET, EHOSTUNREACH, EOPNOTSUPP, ENETUNREACH};
  for (int error = 1; error < 134; ++error) {
    if (error == EAGAIN) continue;
    EXPECT_EQ(accept_outcome(error), of_one_client.contains(error) ? Outcome::went_away : Outcome::exhausted)
        << error;
  }
}

TEST_F(AcceptTest, NonListeningSocketsAreTrouble) {
  const Peer peer = Peer::connect(local_address(socket));
  EXPECT_EQ(accept_client(peer.fd()).outcome, Outcome::exhausted);
  EXPECT_EQ(accept_client(-1).error, EBADF);
  EXPECT_EQ(accept_client(-1).outcome, Outcome::exhausted);
}

}  // namespace
}  // namespace duplexd
