#include "tests/unit/tls/tls_world.hpp"

#include <gmock/gmock.h>

#include <openssl/ssl.h>

namespace duplexd {
namespace {

using namespace std::chrono_literals;
using namespace tls_test;
using testing::HasSubstr;

struct ListenerTlsTest : testing::Test, ListenerTlsWorld {
  /// The file of the certificate that a client is shown which asks for this name.
  std::string shown_to(const std::string& host, const Meeting::Prepare& prepare = {}) {
    endpoint.peer.verify = TlsVerify::chain;
    const auto meeting = meet(host, prepare);
    EXPECT_TRUE(meeting.met) << words(meeting.client->failure());
    const X509* const shown = SSL_get_certificate(&meeting.peer->native());
    for (const auto& each : kept_alive->certificates())
      if (&each.certificate() == shown) return std::filesystem::path(each.file).filename();
    return "";
  }

  /// The newest one that the client has.
  static std::string ticket_of(const Meeting& meeting) {
    const unsigned char* ticket = nullptr;
    std::size_t size = 0;
    SSL_SESSION_get0_ticket(SSL_get_session(&meeting.client->native()), &ticket, &size);
    return {reinterpret_cast<const char*>(ticket), size};
  }
};

TEST_F(ListenerTlsTest, StrictClientIsServed) {
  const auto meeting = meet();
  EXPECT_TRUE(meeting.met) << words(meeting.client->failure());
  EXPECT_EQ(problem(), "");
  EXPECT_EQ(meeting.peer->server_name(), "db.example");
  EXPECT_EQ(meeting.peer->version(), "TLSv1.3");
}

TEST_F(ListenerTlsTest, NameChoosesTheCertificate) {
  endpoint.resumption = false;
  listener.certificates.push_back(file("any.pem", issue("*.example")));
  listener.certificates.push_back(file("web.pem", issue("web.example")));
  EXPECT_EQ(shown_to("db.example"), "db.pem");
  EXPECT_EQ(shown_to("WEB.Example"), "web.pem");
  EXPECT_EQ(shown_to("mail.example"), "any.pem");
  EXPECT_EQ(shown_to("a.mail.example"), "db.pem");
  EXPECT_EQ(shown_to("127.0.0.1"), "db.pem");
}

TEST_F(ListenerTlsTest, KindOfKeyFollowsTheClient) {
  endpoint.resumption = false;
  listener.certificates.push_back(file("rsa.pem", issue("db.example", true)));
  EXPECT_EQ(shown_to("db.example"), "db.pem");
  const auto only_rsa = [](SSL& client, SSL&) {
    SSL_set1_sigalgs_list(&client, "RSA-PSS+SHA256:RSA+SHA256");
  };
  EXPECT_EQ(shown_to("db.example", only_rsa), "rsa.pem");
  EXPECT_EQ(shown_to("127.0.0.1", only_rsa), "rsa.pem");
}

TEST_F(ListenerTlsTest, ResumedClientsGetFreshTickets) {
  const auto first = ticket_of(meet());
  const auto meeting = meet();
  EXPECT_TRUE(meeting.client->resumed());
  EXPECT_FALSE(first.empty());
  EXPECT_NE(ticket_of(meeting), first);
}

TEST_F(ListenerTlsTest, ProtocolIsTheFirstOfOurs) {
  listener.alpn = {"postgresql", "h2"};
  endpoint.alpn = {"x", "h2", "postgresql"};
  const auto meeting = meet();
  ASSERT_TRUE(meeting.met);
  EXPECT_EQ(meeting.client->protocol(), "postgresql");
  EXPECT_EQ(meeting.peer->protocol(), "postgresql");
}

TEST_F(ListenerTlsTest, UnknownProtocolIsRefused) {
  listener.alpn = {"postgresql"};
  endpoint.alpn = {"h2"};
  const auto meeting = meet();
  EXPECT_FALSE(meeting.met);
  EXPECT_THAT(words(meeting.client->failure()), HasSubstr("no application protocol"));
}

TEST_F(ListenerTlsTest, OlderVersionIsRefused) {
  listener.min_version = TlsVersion::tls13;
  const auto meeting =
      meet("db.example", [](SSL& client, SSL&) { SSL_set_max_proto_version(&client, TLS1_2_VERSION); });
  EXPECT_FALSE(meeting.met);
  EXPECT_EQ(words(meeting.peer->failure()), "unsupported protocol");
}

TEST_F(ListenerTlsTest, CiphersAndCurvesAreOurs) {
  listener.ciphers = "TLS_CHACHA20_POLY1305_SHA256:ECDHE-ECDSA-AES256-GCM-SHA384";
  listener.curves = {"P-384"};
  EXPECT_EQ(meet().client->cipher(), "TLS_CHACHA20_POLY1305_SHA256");
  const auto older =
      meet("db.example", [](SSL& client, SSL&) { SSL_set_max_proto_version(&client, TLS1_2_VERSION); });
  EXPECT_EQ(older.client->cipher(), "ECDHE-ECDSA-AES256-GCM-SHA384");
  EXPECT_EQ(SSL_get_negotiated_group(&older.client->native()), NID_secp384r1);
}

TEST_F(ListenerTlsTest, StapleIsShownUntilItExpires) {
  endpoint.resumption = false;
  const auto certificate = issue("db.example");
  const auto stapled = [&](std::chrono::seconds valid_for) {
    listener.certificates = {file("db.pem", certificate)};
    listener.certificates[0].ocsp_file =
        write("db.ocsp", test::staple_for(certificate, authority, valid_for));
    const auto meeting = meet(
        "db.example", [](SSL& client, SSL&) { SSL_set_tlsext_status_type(&client, TLSEXT_STATUSTYPE_ocsp); });
    const unsigned char* answer = nullptr;
    return SSL_get_tlsext_status_ocsp_resp(&meeting.client->native(), &answer) > 0;
  };
  EXPECT_TRUE(stapled(1h));
  EXPECT_FALSE(stapled(-1h));
}

TEST_F(ListenerTlsTest, ReplacedFilesAreNoticed) {
  const auto tls = make_listener();
  EXPECT_FALSE(tls->files_changed());
  std::filesystem::remove(listener.certificates[0].certificate_file);
  EXPECT_TRUE(tls->files_changed());
  listener.certificates = {file("db.pem", issue("db.example"))};
  EXPECT_TRUE(tls->files_changed());
}

}  // namespace
}  // namespace duplexd
