#include "core/control/control_server.hpp"
#include "tests/unit/control/control_harness.hpp"
#include "tests/unit/descriptor_limit.hpp"

#include <gmock/gmock.h>

#include <ostream>

namespace duplexd {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;
using test::get;
using test::Peer;
using test::post;
using test::receive_reply;
using test::Reply;
using testing::HasSubstr;

class ControlLimitsTest : public test::ControlHarness {};

TEST_F(ControlLimitsTest, ClientsBeyondLimitWaitInBacklog) {
  serve({.clients = 2, .clients_per_uid = 9});
  Peer first = connect(), second = connect(), third = connect();
  third.send(get("/echo"));
  first.send(get("/echo"));
  EXPECT_EQ(receive_reply(first).status(), 200u);
  ASSERT_TRUE(test::eventually([&] { return stats().clients == 2; }));
  EXPECT_FALSE(third.readable_within(milliseconds(0)));
  first.close();
  EXPECT_EQ(receive_reply(third).status(), 200u);
  EXPECT_EQ(stats().accepted, 3u);
}

TEST_F(ControlLimitsTest, OneUserCannotTakeEveryConnection) {
  serve({.clients = 9, .clients_per_uid = 2});
  Peer first = connect(), second = connect(), third = connect();
  EXPECT_EQ(receive_reply(third).status(), 503u);
  EXPECT_TRUE(third.at_end());
  EXPECT_EQ(stats().refused_clients, 1u);
  second.send(get("/echo"));
  EXPECT_EQ(receive_reply(second).status(), 200u);
}

TEST_F(ControlLimitsTest, HundredClientsAreServedInTurn) {
  serve({.clients = 5, .clients_per_uid = 5});
  for (int i = 0; i < 100; ++i) {
    Peer client = connect();
    client.send(get("/echo"));
    EXPECT_EQ(receive_reply(client).status(), 200u);
    client.close();
    ASSERT_TRUE(test::eventually([&] { return stats().clients == 0; }));
  }
}

TEST_F(ControlLimitsTest, DrippingRequestTimesOut) {
  serve({.request = milliseconds(300)});
  Peer client = connect();
  std::string rest = get("/" + std::string(5'000, 'x'));
  while (!client.readable_within(milliseconds(5))) {
    ASSERT_FALSE(rest.empty());
    client.send_some(rest.substr(0, 1));
    rest.erase(0, 1);
  }
  EXPECT_EQ(receive_reply(client).status(), 408u);
  EXPECT_GT(rest.size(), 0u);
  EXPECT_EQ(stats().timed_out, 1u);
}

TEST_F(ControlLimitsTest, SilentClientIsClosedWithoutAnswer) {
  serve({.request = milliseconds(100)});
  Peer client = connect();
  EXPECT_TRUE(client.at_end());
  EXPECT_EQ(stats().timed_out, 1u);
}

TEST_F(ControlLimitsTest, IdleClientIsClosed) {
  serve({.idle = milliseconds(100)});
  Peer client = connect();
  client.send(get("/echo"));
  receive_reply(client);
  EXPECT_TRUE(client.at_end());
}

TEST_F(ControlLimitsTest, ClientThatNeverReadsIsClosed) {
  serve({.delivery = milliseconds(100)});
  Peer client = connect();
  client.send(get("/big"));
  EXPECT_TRUE(test::eventually([&] { return stats().timed_out == 1; }));
  EXPECT_EQ(stats().clients, 0u);
}

TEST_F(ControlLimitsTest, SlowReaderGetsWholeAnswer) {
  serve({.delivery = milliseconds(1000)});
  Peer client = connect();
  client.send(get("/big"));
  std::size_t got = 0;
  for (auto next = Clock::now(); got < big.size(); next += milliseconds(200)) {
    ASSERT_TRUE(test::eventually([&] { return Clock::now() >= next; }));
    const std::size_t came = client.receive_some(512 * 1024).size();
    ASSERT_GT(came, 0u);
    got += came;
  }
  EXPECT_EQ(stats().timed_out, 0u);
}

TEST_F(ControlLimitsTest, SlowestReaderIsClosed) {
  serve({.delivery = milliseconds(100)});
  Peer client = connect();
  client.send(get("/big"));
  EXPECT_TRUE(test::eventually([&] {
    (void)client.receive_some(4096);
    return stats().timed_out == 1;
  }));
}

TEST_F(ControlLimitsTest, LateThreadTakesTimelyBytes) {
  serve({.request = milliseconds(300)});
  Peer client = connect();
  ASSERT_TRUE(test::eventually([&] { return stats().clients == 1; }));
  on_control([&] {
    client.send(get("/echo"));
    const auto end = Clock::now() + milliseconds(600);
    EXPECT_TRUE(test::eventually([&] { return Clock::now() >= end; }));
  });
  EXPECT_EQ(receive_reply(client).status(), 200u);
  EXPECT_EQ(stats().timed_out, 0u);
}

TEST_F(ControlLimitsTest, PendingAnswerHasNoDeadline) {
  serve({.request = milliseconds(50), .delivery = milliseconds(50), .idle = milliseconds(50)});
  Peer client = connect();
  client.send(get("/later"));
  ASSERT_TRUE(test::eventually([&] { return pending() == 1; }));
  Peer witness = connect();  // its deadline began later
  EXPECT_TRUE(witness.at_end());
  answer_pending("at last");
  EXPECT_EQ(receive_reply(client).body, "at last");
}

TEST_F(ControlLimitsTest, ClientWaitsUntilDescriptorIsFree) {
  serve();
  Peer client;
  std::optional<test::DescriptorLimit> none;
  on_control([&] {  // which accepts no client meanwhile
    client = connect();
    client.send(get("/echo"));
    none.emplace(0);
  });
  EXPECT_TRUE(test::eventually([&] { return stats().accept_errors > 0; }));
  none.reset();
  EXPECT_EQ(receive_reply(client).status(), 200u);
}

struct Refused {
  const char* what;
  std::string request;
  unsigned status;
};
std::ostream& operator<<(std::ostream& out, const Refused& refused) { return out << refused.what; }

class RefusedRequestTest : public ControlLimitsTest, public testing::WithParamInterface<Refused> {};

TEST_P(RefusedRequestTest, RefusedRequestGetsReasonAndClose) {
  serve({.header_bytes = 1024, .body_bytes = 2048});
  Peer client = connect();
  client.send_some(GetParam().request);
  client.end();
  const Reply reply = receive_reply(client);
  EXPECT_EQ(reply.status(), GetParam().status);
  EXPECT_THAT(reply.body, HasSubstr(R"({"error":")"));
  EXPECT_THAT(reply.header, HasSubstr("Connection: close\r\n"));
  EXPECT_TRUE(test::eventually([&] { return stats().clients == 0; }));
  EXPECT_EQ(stats().refused_requests, 1u);
  EXPECT_EQ(stats().requests, 0u);
}

std::string cut_off(std::string request) {
  request.pop_back();
  return request;
}
const std::string chunked =
    "POST /echo HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n";

INSTANTIATE_TEST_SUITE_P(
    All, RefusedRequestTest,
    testing::Values(Refused{"no HTTP", "SSH-2.0-OpenSSH_9.2\r\n\r\n", 400},
                    Refused{"binary", std::string("\x16\x03\x01\0\0", 5), 400},
                    Refused{"HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400},
                    Refused{"no Host", "GET /echo HTTP/1.1\r\n\r\n", 400},
                    Refused{"two Hosts", "GET /echo HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400},
                    Refused{"two lengths",
                            "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n"
                            "Content-Length: 2\r\n\r\nab",
                            400},
                    Refused{"ends in the header", "GET /echo HTT", 400},
                    Refused{"ends in the body", cut_off(post("/echo", "12345")), 400},
                    Refused{"chunked", chunked, 411},
                    Refused{"large header", get("/" + std::string(2'000, 'x')), 431},
                    Refused{"endless header", "GET /" + std::string(20'000, 'x'), 431},
                    Refused{"large body", post("/echo", std::string(2'049, 'x')), 413},
                    Refused{"huge body", post("/echo", std::string(1 << 20, 'x')), 413}));

TEST_F(ControlLimitsTest, LargestAllowedBodyIsAccepted) {
  serve({.body_bytes = 100'000});
  Peer client = connect();
  client.send(post("/echo", std::string(100'000, 'x')));
  EXPECT_EQ(receive_reply(client).body.size(), 100'011u);
}

}  // namespace
}  // namespace duplexd
