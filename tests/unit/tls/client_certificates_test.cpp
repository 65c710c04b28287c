#include "core/net/tls/tls_peer.hpp"
#include "tests/unit/tls/tls_world.hpp"

#include <gtest/gtest.h>

namespace duplexd {
namespace {

using namespace std::chrono_literals;
using namespace tls_test;
using Mode = ClientCertificateConfig::Mode;

struct ClientCertificates : testing::Test, ListenerTlsWorld {
  ClientCertificates() {
    listener.client_certificates.ca_file = endpoint.peer.ca_file;
    listener.client_certificates.mode = Mode::required;
  }
  void show(const Certificate& certificate) {
    endpoint.peer.certificate_file = file("client.pem", certificate).certificate_file;
  }
};

TEST_F(ClientCertificates, VerifiedSubjectIsKnown) {
  show(issue("alice"));
  const auto meeting = meet();
  ASSERT_TRUE(meeting.met) << words(meeting.peer->failure());
  EXPECT_EQ(verified_subject(*meeting.peer), "CN=alice");
  EXPECT_EQ(verified_common_name(*meeting.peer), "alice");
  EXPECT_EQ(verified_common_name(*meeting.client), "db.example");
}

TEST_F(ClientCertificates, MissingOneIsRefused) {
  const auto meeting = meet();
  EXPECT_FALSE(meeting.met);
  EXPECT_EQ(words(meeting.peer->failure()), "peer did not return a certificate");
}

TEST_F(ClientCertificates, OptionalOneMayBeMissing) {
  listener.client_certificates.mode = Mode::optional;
  const auto meeting = meet();
  EXPECT_TRUE(meeting.met);
  EXPECT_EQ(verified_subject(*meeting.peer), "");
}

TEST_F(ClientCertificates, OptionalOneHasToBeValid) {
  listener.client_certificates.mode = Mode::optional;
  show(test::certificate_for("mallory", 1h));
  const auto meeting = meet();
  EXPECT_FALSE(meeting.met);
  EXPECT_EQ(words(meeting.peer->failure()), "certificate not accepted: self-signed certificate");
}

TEST_F(ClientCertificates, RevokedOneIsRefused) {
  const auto alice = issue("alice"), bob = issue("bob");
  listener.client_certificates.crl_file = write("crl.pem", test::revocation_of(bob, authority));
  show(alice);
  EXPECT_TRUE(meet().met);
  show(bob);
  const auto meeting = meet();
  EXPECT_FALSE(meeting.met);
  EXPECT_EQ(words(meeting.peer->failure()), "certificate not accepted: certificate revoked");
}

TEST_F(ClientCertificates, TicketNeedsTheSameAuthorities) {
  show(issue("alice"));
  endpoint.peer.verify = TlsVerify::off;
  ASSERT_TRUE(meet().met);
  EXPECT_TRUE(meet().peer->resumed());
  const auto other = test::issue({.names = {"Other"}, .authority = true});
  listener.client_certificates.ca_file = write("other.pem", other.certificate);
  EXPECT_FALSE(meet().met);
}

}  // namespace
}  // namespace duplexd
