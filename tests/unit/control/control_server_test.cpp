#include "core/control/control_server.hpp"

#include "tests/unit/control/control_harness.hpp"

#include <gmock/gmock.h>

namespace duplexd {
namespace {

using std::chrono::milliseconds;
using test::get;
using test::Peer;
using test::post;
using test::receive_reply;
using test::Reply;
using testing::HasSubstr;

class ControlServerTest : public test::ControlHarness {};

TEST_F(ControlServerTest, ConnectionStaysOpenForNextRequest) {
  serve();
  Peer client = connect();
  for (const char* body : {"first", "second"}) {
    client.send(post("/echo", body));
    const Reply reply = receive_reply(client);
    EXPECT_EQ(reply.status(), 200u);
    EXPECT_EQ(reply.body, "POST /echo " + std::string(body));
    EXPECT_THAT(reply.header, HasSubstr("Content-Type: application/json\r\n"));
  }
  EXPECT_EQ(stats().requests, 2u);
  EXPECT_EQ(stats().accepted, 1u);
}

TEST_F(ControlServerTest, AnswererReceivesPeerCredentials) {
  serve();
  Peer client = connect();
  client.send(get("/echo"));
  receive_reply(client);
  EXPECT_EQ(asked_by.pid, ::getpid());
  EXPECT_EQ(asked_by.uid, ::geteuid());
  EXPECT_EQ(asked_by.gid, ::getegid());
}

TEST_F(ControlServerTest, RequestMayArriveByteByByte) {
  serve();
  Peer client = connect();
  for (const char byte : post("/echo", "slowly")) client.send(std::string(1, byte));
  EXPECT_EQ(receive_reply(client).body, "POST /echo slowly");
}

TEST_F(ControlServerTest, PipelinedRequestsAreAnsweredInOrder) {
  serve();
  Peer client = connect();
  std::string requests;
  for (int i = 0; i < 300; ++i) requests += post("/echo", std::to_string(i));
  client.send(requests);
  for (int i = 0; i < 300; ++i) EXPECT_EQ(receive_reply(client).body, "POST /echo " + std::to_string(i));
}

TEST_F(ControlServerTest, NextRequestWaitsForPendingAnswer) {
  serve();
  Peer client = connect();
  client.send(get("/later") + get("/echo"));
  ASSERT_TRUE(test::eventually([&] { return pending() == 1; }));
  EXPECT_EQ(stats().requests, 1u);
  answer_pending("now");
  EXPECT_EQ(receive_reply(client).body, "now");
  EXPECT_EQ(receive_reply(client).body, "GET /echo ");
}

TEST_F(ControlServerTest, SecondAnswerIsIgnored) {
  serve();
  Peer client = connect();
  client.send(get("/later"));
  ASSERT_TRUE(test::eventually([&] { return pending() == 1; }));
  answer_pending_twice("once");
  EXPECT_EQ(receive_reply(client).body, "once");
  client.send(get("/echo"));
  EXPECT_EQ(receive_reply(client).body, "GET /echo ");
}

TEST_F(ControlServerTest, HalfClosedClientGetsItsAnswer) {
  serve();
  Peer client = connect();
  client.send(get("/later"));
  client.end();
  ASSERT_TRUE(test::eventually([&] { return pending() == 1; }));
  answer_pending("here");
  EXPECT_EQ(receive_reply(client).body, "here");
  EXPECT_TRUE(client.at_end());
}

TEST_F(ControlServerTest, ClientLeavingBeforeAnswerIsForgotten) {
  serve();
  Peer client = connect();
  client.send(get("/later"));
  ASSERT_TRUE(test::eventually([&] { return pending() == 1; }));
  client.close();
  EXPECT_TRUE(test::eventually([&] { return stats().clients == 0; }));
  answer_pending("to nobody");
}

TEST_F(ControlServerTest, AnswerAfterServerDestructionIsIgnored) {
  serve();
  Peer client = connect();
  client.send(get("/later"));
  ASSERT_TRUE(test::eventually([&] { return pending() == 1; }));
  stop_server();
  EXPECT_TRUE(client.at_end());
  answer_pending("from beyond");
}

TEST_F(ControlServerTest, AnswerMayDestroyTheServer) {
  serve();
  Peer client = connect();
  client.send(get("/end"));
  EXPECT_TRUE(client.at_end());
}

TEST_F(ControlServerTest, ThrowingAnswererEndsOneClient) {
  serve();
  Peer client = connect(), other = connect();
  client.send(get("/throw"));
  EXPECT_TRUE(client.at_end());
  other.send(get("/echo"));
  EXPECT_EQ(receive_reply(other).status(), 200u);
}

TEST_F(ControlServerTest, AnswerWithoutMemorySaysSo) {
  serve();
  Peer client = connect();
  client.send(get("/no-memory"));
  EXPECT_EQ(receive_reply(client).status(), 503u);
  EXPECT_TRUE(client.at_end());
}

TEST_F(ControlServerTest, LateReaderGetsWholeLargeAnswer) {
  serve();
  Peer client = connect(), other = connect();
  client.send(get("/big"));
  other.send(get("/echo"));
  EXPECT_EQ(receive_reply(other).status(), 200u);
  EXPECT_EQ(receive_reply(client).body, big);
}

TEST_F(ControlServerTest, HeadAnswerHasLengthWithoutBody) {
  serve();
  Peer client = connect();
  client.send("HEAD /echo HTTP/1.1\r\nHost: localhost\r\n\r\n" + get("/echo"));
  EXPECT_THAT(receive_reply(client, false).header, HasSubstr("Content-Length: 11\r\n"));
  EXPECT_EQ(receive_reply(client).body, "GET /echo ");
}

TEST_F(ControlServerTest, WrongMethodListsAllowedMethods) {
  serve();
  Peer client = connect();
  client.send(get("/wrong"));
  EXPECT_THAT(receive_reply(client).header, HasSubstr("Allow: GET\r\n"));
}

TEST_F(ControlServerTest, ConnectionClosesWhenClientAsks) {
  serve();
  Peer close = connect(), old = connect();
  close.send("GET /echo HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(receive_reply(close).header, HasSubstr("Connection: close\r\n"));
  EXPECT_TRUE(close.at_end());
  old.send("GET /echo HTTP/1.0\r\n\r\n");
  EXPECT_EQ(receive_reply(old).body, "GET /echo ");
  EXPECT_TRUE(old.at_end());
}

TEST_F(ControlServerTest, UnwatchableSocketIsAnError) {
  boost::asio::io_context context;
  EXPECT_THROW(ControlServer(context, FileDescriptor(), {}), boost::system::system_error);
}

}  // namespace
}  // namespace duplexd
