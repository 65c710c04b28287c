// Clients of a control server that come by TCP, with TLS or without.
#include "tests/support/directory.hpp"
#include "tests/support/tls/secure_peer.hpp"
#include "tests/unit/control/control_harness.hpp"

#include <gmock/gmock.h>

namespace duplexd {
namespace {

using std::chrono::milliseconds;
using test::get;
using test::Peer;
using test::receive_reply;
using test::Reply;
using test::SecurePeer;
using testing::EndsWith;
using testing::HasSubstr;

class ControlTcpTest : public test::ControlHarness {
 protected:
  void serve_tls(ControlLimits limits = {}) {
    const test::Certificate own = test::certificate_for("localhost", std::chrono::hours(1));
    ListenerTlsConfig config;
    config.enabled = true;
    config.tickets = false;
    config.certificates.push_back(
        {directory_.write("a.pem", own.certificate), directory_.write("a.key", own.key)});
    tls_ = ListenerTls::make(config, "test", nullptr, wall_now()).tls;
    ASSERT_TRUE(tls_);
    serve_tcp(limits, {.tls = [this] { return tls_; }});
  }
  static std::chrono::sys_seconds wall_now() {
    return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  }
  std::string ask_over_tls(const std::string& request) {
    SecurePeer client = SecurePeer::client(connect());
    client.send(request);
    return client.receive_all();
  }

  test::TemporaryDirectory directory_;
  std::shared_ptr<const ListenerTls> tls_;
};

const std::string last = "GET /echo HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

TEST_F(ControlTcpTest, FieldsReachAndLeaveTheAnswer) {
  serve_tcp();
  Peer client = connect();
  client.send("GET /fields HTTP/1.1\r\nHost: a:1\r\nAuthorization: Bearer x\r\n\r\n");
  const Reply reply = receive_reply(client);
  EXPECT_EQ(reply.body, "a:1 Bearer x");
  EXPECT_THAT(reply.header, HasSubstr("Content-Type: text/plain\r\n"));
  EXPECT_THAT(reply.header, HasSubstr("WWW-Authenticate: Bearer\r\n"));
}

TEST_F(ControlTcpTest, NotModifiedHasNoLength) {
  serve_tcp();
  Peer client = connect();
  client.send("GET /known HTTP/1.1\r\nHost: a\r\nIf-None-Match: \"x\"\r\nConnection: close\r\n\r\n");
  const std::string answer = client.receive_all();
  EXPECT_THAT(answer, HasSubstr("304 Not Modified\r\n"));
  EXPECT_THAT(answer, HasSubstr("ETag: \"x\"\r\n"));
  EXPECT_THAT(answer, testing::Not(HasSubstr("Content-")));
  EXPECT_THAT(answer, EndsWith("\r\n\r\n"));
}

TEST_F(ControlTcpTest, OldClientsMaySayNoHost) {
  serve_tcp();
  Peer client = connect();
  client.send("GET /fields HTTP/1.0\r\n\r\n");
  EXPECT_EQ(receive_reply(client).body, "nobody ");
  Peer twice = connect();
  twice.send("GET /fields HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n");
  EXPECT_EQ(receive_reply(twice).status(), 400u);
}

TEST_F(ControlTcpTest, OneAddressCannotTakeEveryConnection) {
  serve_tcp({.clients = 9, .clients_per_uid = 9, .clients_per_address = 2});
  Peer first = connect(), second = connect(), third = connect();
  EXPECT_EQ(receive_reply(third).status(), 503u);
  EXPECT_EQ(stats().refused_clients, 1u);
  second.send(get("/echo"));
  EXPECT_EQ(receive_reply(second).status(), 200u);
}

TEST_F(ControlTcpTest, OthersThanAdmittedAreClosed) {
  serve_tcp({}, {.admits = [](const PeerAddress& client) { return client.port() == 0; }});
  Peer client = connect();
  EXPECT_TRUE(client.at_end());
  EXPECT_EQ(stats().refused_clients, 1u);
}

TEST_F(ControlTcpTest, RefusalArrivesBeforeEverythingWasSent) {
  serve_tcp({.header_bytes = 256});
  Peer client = connect();
  client.send(get("/" + std::string(100'000, 'x')));
  EXPECT_EQ(receive_reply(client).status(), 431u) << "and the connection is not reset before";
  EXPECT_TRUE(client.at_end());
}

TEST_F(ControlTcpTest, RefusedClientsLeaveInTime) {
  serve_tcp({.header_bytes = 256, .farewell = milliseconds(50)});
  Peer client = connect();
  client.send(get("/" + std::string(1'000, 'x')));
  EXPECT_EQ(receive_reply(client).status(), 431u);
  EXPECT_TRUE(test::eventually([&] { return stats().clients == 0; }));
  EXPECT_EQ(stats().timed_out, 0u);
}

TEST_F(ControlTcpTest, FinishingEndsIdleClients) {
  serve_tcp();
  Peer idle = connect(), busy = connect();
  idle.send(get("/echo"));
  EXPECT_EQ(receive_reply(idle).status(), 200u);
  busy.send(get("/later"));
  ASSERT_TRUE(test::eventually([&] { return pending() == 1; }));
  finish_server();
  EXPECT_TRUE(idle.at_end());
  answer_pending("late");
  EXPECT_EQ(receive_reply(busy).body, "late");
  EXPECT_TRUE(busy.at_end());
}

TEST_F(ControlTcpTest, FinishingLetsNewClientsAsk) {
  serve_tcp();
  Peer fresh = connect();
  ASSERT_TRUE(test::eventually([&] { return stats().clients == 1; }));
  finish_server();
  fresh.send(get("/echo"));
  EXPECT_EQ(receive_reply(fresh).status(), 200u);
  EXPECT_TRUE(fresh.at_end());
}

TEST_F(ControlTcpTest, RequestsAreAnsweredOverTls) {
  serve_tls();
  EXPECT_THAT(ask_over_tls(last), EndsWith("\r\n\r\nGET /echo "));
  EXPECT_THAT(ask_over_tls(get("/echo") + last), EndsWith("\r\n\r\nGET /echo ")) << "two at once";
}

TEST_F(ControlTcpTest, LargeAnswersArriveOverTls) {
  serve_tls();
  const std::string whole = ask_over_tls("GET /big HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  EXPECT_TRUE(whole.ends_with(big));
}

TEST_F(ControlTcpTest, LongRequestsArriveInOneRecord) {
  serve_tls({.header_bytes = 16 * 1024});
  EXPECT_THAT(ask_over_tls("GET /echo HTTP/1.1\r\nHost: a\r\nConnection: close\r\nX: " +
                           std::string(12'000, 'x') + "\r\n\r\n"),
              HasSubstr("200 OK"));
}

TEST_F(ControlTcpTest, PlainTextIsUnansweredUnderTls) {
  serve_tls();
  Peer client = connect();
  client.send(get("/echo"));
  EXPECT_THAT(client.receive_all(), testing::Not(HasSubstr("HTTP")));
  EXPECT_EQ(stats().requests, 0u);
}

TEST_F(ControlTcpTest, SilentHandshakeTimesOut) {
  serve_tls({.request = milliseconds(100)});
  Peer client = connect();
  EXPECT_TRUE(client.at_end());
  EXPECT_EQ(stats().timed_out, 1u);
}

}  // namespace
}  // namespace duplexd
