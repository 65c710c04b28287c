#include "tests/unit/tls/tls_world.hpp"

#include <gmock/gmock.h>

#include <openssl/ssl.h>

namespace duplexd {
namespace {

using namespace std::chrono_literals;
using namespace tls_test;

struct EndpointTlsTest : testing::Test, TlsWorld {
  /// Why a client that dialled `host` does not take the endpoint; "": it does.
  std::string refusal(const std::string& host = "db.example", const Meeting::Prepare& prepare = {}) {
    const auto theirs = make_listener();
    const auto ours = make_endpoint();
    if (!ours || !theirs) return problem();
    const Meeting meeting(*theirs, *ours, kept, host, prepare);
    resumed = meeting.met && meeting.client->resumed();
    return meeting.met ? "" : ours->words_of(*meeting.client, host);
  }

  /// Whether this session is taken up again, by a client that leaves it where it is.
  bool resumes(KeptSession& session) {
    const auto theirs = make_listener();
    const auto ours = make_endpoint();
    const Meeting meeting(*theirs, *ours, session, "db.example", [](SSL& client, SSL&) {
      static KeptSession elsewhere;
      SSL_set_app_data(&client, &elsewhere);
    });
    return meeting.met && meeting.client->resumed();
  }

  KeptSession kept;
  bool resumed = false;
};

TEST_F(EndpointTlsTest, NameHasToMatch) {
  EXPECT_EQ(refusal(), "");
  EXPECT_EQ(refusal("127.0.0.1"), "");
  endpoint.resumption = false;
  EXPECT_EQ(refusal("web.example"),
            "certificate not accepted: hostname mismatch: it is of db.example, not of 'web.example'");
  EXPECT_EQ(refusal("10.0.0.1"),
            "certificate not accepted: IP address mismatch: it is of db.example, not of '10.0.0.1'");
  endpoint.peer.server_name = "db.example";
  EXPECT_EQ(refusal("10.0.0.1"), "");
}

TEST_F(EndpointTlsTest, EndpointWithoutNameIsRefused) {
  EXPECT_NE(refusal(""), "");
  endpoint.peer.verify = TlsVerify::chain;
  EXPECT_EQ(refusal(""), "");
}

TEST_F(EndpointTlsTest, UnknownAuthorityIsRefused) {
  listener.certificates = {file("self.pem", test::certificate_for("db.example", 1h))};
  EXPECT_EQ(refusal(), "certificate not accepted: self-signed certificate");
  endpoint.peer.verify = TlsVerify::chain;
  EXPECT_EQ(refusal(), "certificate not accepted: self-signed certificate");
  endpoint.peer.verify = TlsVerify::off;
  EXPECT_EQ(refusal(), "");
}

TEST_F(EndpointTlsTest, ExpiredCertificateIsRefused) {
  listener.certificates = {
      file("old.pem", test::issue({.names = {"db.example"}, .issuer = &authority, .valid_for = -1h}))};
  EXPECT_EQ(refusal(), "certificate not accepted: certificate has expired");
}

TEST_F(EndpointTlsTest, OlderVersionIsRefused) {
  endpoint.min_version = TlsVersion::tls13;
  EXPECT_EQ(refusal("db.example", [](SSL&, SSL& peer) { SSL_set_max_proto_version(&peer, TLS1_2_VERSION); }),
            "tlsv1 alert protocol version");
}

TEST_F(EndpointTlsTest, OlderVersionIsResumedToo) {
  const auto older = [](SSL&, SSL& peer) { SSL_set_max_proto_version(&peer, TLS1_2_VERSION); };
  EXPECT_EQ(refusal("db.example", older), "");
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(refusal("db.example", older), "");
    EXPECT_TRUE(resumed);
  }
}

TEST_F(EndpointTlsTest, SessionsAreResumed) {
  EXPECT_EQ(refusal(), "");
  EXPECT_FALSE(resumed);
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(refusal(), "");
    EXPECT_TRUE(resumed);
  }
  endpoint.resumption = false;
  EXPECT_EQ(refusal(), "");
  EXPECT_FALSE(resumed);
}

TEST_F(EndpointTlsTest, StricterVerificationResumesNothing) {
  endpoint.peer.verify = TlsVerify::off;
  EXPECT_EQ(refusal("web.example"), "");
  endpoint.peer.verify = TlsVerify::full;
  EXPECT_NE(refusal("web.example"), "");
}

TEST_F(EndpointTlsTest, OtherAuthoritiesResumeNothing) {
  EXPECT_EQ(refusal(), "");
  write("ca.pem", test::issue({.names = {"Other"}, .authority = true}).certificate);
  EXPECT_NE(refusal(), "");
}

TEST_F(EndpointTlsTest, WithoutTicketsNothingIsResumed) {
  listener.tickets = false;
  EXPECT_EQ(refusal(), "");
  EXPECT_EQ(refusal(), "");
  EXPECT_FALSE(resumed);
}

TEST_F(EndpointTlsTest, TicketsOutliveTheContext) {
  EXPECT_EQ(refusal(), "");
  listener.certificates = {file("new.pem", issue("db.example"))};
  EXPECT_EQ(refusal(), "");
  EXPECT_TRUE(resumed);
}

TEST_F(EndpointTlsTest, TicketsOutliveTheProcess) {
  EXPECT_EQ(refusal(), "");
  tickets = TicketKeys::restored(tickets->state(), now());
  ASSERT_TRUE(tickets);
  EXPECT_EQ(refusal(), "");
  EXPECT_TRUE(resumed);
}

TEST_F(EndpointTlsTest, TicketsLiveForTwoChanges) {
  const auto begin = now();
  EXPECT_EQ(refusal(), "");
  for (int change = 1; change <= 3; ++change) {
    tickets->change_if_due(begin + change * TicketKeys::period - 1s);
    tickets->change_if_due(begin + change * TicketKeys::period);
    EXPECT_EQ(resumes(kept), change < 3) << change;
  }
}

}  // namespace
}  // namespace duplexd
