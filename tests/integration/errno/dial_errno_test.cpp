#include "tests/integration/errno/stage.hpp"

#include <cerrno>

namespace duplexd::test {
namespace {

// A client that comes while a call of dialling fails once. An endpoint may see an attempt that was given up.
// Where its row says goes_on, what fails is the first of two ways.
class DialErrno : public OnStage {
 protected:
  void dial(const Layout& layout) {
    Stage& stage = OnStage::stage(layout);
    {
      const Injection injection(fault());
      outcome() == goes_on ? stage.expect_served() : expect_end(stage);
      EXPECT_EQ(injection.failed(), 1u);
    }
    stage.expect_served();
  }

  void expect_end(Stage& stage) {
    Peer client = stage.proxy().connect();
    EXPECT_TRUE(client.at_end());
    const SessionEnd end = stage.next_end();
    EXPECT_EQ(to_word(end.reason), outcome());
    EXPECT_EQ(end.error, fault().error);
  }
};

const Errors shortages{ENOMEM, ENOBUFS};
const Errors unreachable{ENETUNREACH, EHOSTUNREACH, ENETDOWN, EHOSTDOWN};
const Errors others_of_socket{EACCES, EPERM, EINVAL, EPROTONOSUPPORT, ESOCKTNOSUPPORT, ENOSYS};
const Errors others_of_bind{EADDRNOTAVAIL, EACCES, EPERM, EBADF,  EINVAL,  ENOTSOCK,     EFAULT,
                            EAFNOSUPPORT,  ENODEV, ELOOP, ENOENT, ENOTDIR, ENAMETOOLONG, EROFS};
const Errors others_of_connect{EACCES,     EPERM,       EAFNOSUPPORT, EALREADY, EBADF, EFAULT,  ENOTSOCK,
                               EPROTOTYPE, ECONNRESET,  ECONNABORTED, ENOENT,   ELOOP, ENOTDIR, ENAMETOOLONG,
                               EOPNOTSUPP, ENOPROTOOPT, EPROTO,       ENONET,   EINVAL};

constexpr Fault socket_fails{.call = Call::socket};
constexpr Fault bind_fails{.call = Call::bind};
constexpr Fault connect_fails{.call = Call::connect};
// On loopback connect(2) is called again at once, to ask how it went.
constexpr Fault second_connect_fails{.call = Call::connect, .first = 2};

class OneWay : public DialErrno {};
INSTANTIATE_TEST_SUITE_P(Row, OneWay,
                         testing::ValuesIn(all({
                             rows(socket_fails, {EMFILE, ENFILE}, "local_error"),
                             rows(socket_fails, shortages, goes_on),
                             rows(socket_fails, others_of_socket, "local_error"),
                             rows(socket_fails, {EAFNOSUPPORT}, "connect_no_source"),
                             rows(connect_fails, shortages, goes_on),
                             rows(connect_fails, {EINTR, EINPROGRESS, EAGAIN}, goes_on),
                             rows(connect_fails, {EADDRINUSE, EADDRNOTAVAIL}, "connect_no_port"),
                             rows(connect_fails, unreachable, "connect_unreachable"),
                             rows(connect_fails, {ECONNREFUSED}, "connect_refused"),
                             rows(connect_fails, {ETIMEDOUT}, "connect_timeout"),
                             rows(connect_fails, others_of_connect, "connect_error"),
                         })),
                         name_of);
TEST_P(OneWay, EndsForTheRightReason) { dial({}); }

class AskedAgain : public DialErrno {};
INSTANTIATE_TEST_SUITE_P(Row, AskedAgain,
                         testing::ValuesIn(all({
                             rows(second_connect_fails, {EISCONN, EALREADY, EINPROGRESS}, goes_on),
                             rows(second_connect_fails, shortages, goes_on),
                             rows(second_connect_fails, unreachable, "connect_unreachable"),
                             rows(second_connect_fails, {ECONNREFUSED}, "connect_refused"),
                             rows(second_connect_fails, {ETIMEDOUT}, "connect_timeout"),
                             rows(second_connect_fails, {ECONNRESET, ECONNABORTED}, "connect_error"),
                         })),
                         name_of);
TEST_P(AskedAgain, EndsForTheRightReason) { dial({}); }

class OneSource : public DialErrno {};
INSTANTIATE_TEST_SUITE_P(Row, OneSource,
                         testing::ValuesIn(all({
                             rows(bind_fails, shortages, goes_on),
                             rows(bind_fails, {EADDRINUSE}, "connect_no_port"),
                             rows(bind_fails, others_of_bind, "connect_no_source"),
                             rows(connect_fails, {EADDRINUSE, EADDRNOTAVAIL}, "connect_no_port"),
                             rows(connect_fails, {EINVAL}, "connect_no_source"),
                         })),
                         name_of);
TEST_P(OneSource, EndsForTheRightReason) { dial({.sources = 1}); }

class TwoSources : public DialErrno {};
INSTANTIATE_TEST_SUITE_P(Row, TwoSources,
                         testing::ValuesIn(all({
                             rows(bind_fails, {EADDRINUSE}, goes_on),
                             rows(bind_fails, others_of_bind, goes_on),
                             rows(connect_fails, unreachable, goes_on),
                             rows(connect_fails, {EADDRINUSE, EADDRNOTAVAIL, EACCES, EPERM, EINVAL}, goes_on),
                         })),
                         name_of);
TEST_P(TwoSources, LeaveTheOtherOne) { dial({.sources = 2}); }

class TwoEndpoints : public DialErrno {};
INSTANTIATE_TEST_SUITE_P(Row, TwoEndpoints,
                         testing::ValuesIn(all({
                             rows(socket_fails, {EAFNOSUPPORT}, goes_on),
                             rows(socket_fails, others_of_socket, goes_on),
                             rows(connect_fails, unreachable, goes_on),
                             rows(connect_fails, {EADDRINUSE, EADDRNOTAVAIL, EAGAIN, ECONNREFUSED, ETIMEDOUT},
                                  goes_on),
                             rows(connect_fails, others_of_connect, goes_on),
                             rows(bind_fails, {EADDRINUSE}, goes_on),
                             rows(bind_fails, others_of_bind, goes_on),
                         })),
                         name_of);
TEST_P(TwoEndpoints, LeaveTheOtherOne) { dial({.endpoints = 2, .sources = 1}); }

// A client that speaks while its endpoint is dialled is looked at, to see whether it has left.
class WaitingClient : public OnStage {};
INSTANTIATE_TEST_SUITE_P(Row, WaitingClient,
                         testing::ValuesIn(rows({.call = Call::peek, .on = On::client},
                                                {ENOMEM, ENOBUFS, EINTR, EBADF, EPERM}, goes_on)),
                         name_of);
TEST_P(WaitingClient, LookedAtInVainIsServed) {
  {
    const Injection pause({.call = Call::connect, .error = EAGAIN});
    const Injection injection(fault());
    Peer client = stage().proxy().connect();
    client.send("early");
    Peer endpoint = stage().accept();
    EXPECT_EQ(endpoint.receive(5), "early");
    relay_whole(client, endpoint, 1'000);
    EXPECT_EQ(to_word(stage().next_end().reason), "client_finished");
    EXPECT_EQ(injection.failed(), 1u);
  }
  stage().expect_served();
}

}  // namespace
}  // namespace duplexd::test
