// TLS alone, and below HTTP.
#include "tests/integration/health/one_check.hpp"
#include "tests/integration/health/tls_peer.hpp"
#include "tests/support/directory.hpp"

#include <fstream>

namespace duplexd {
namespace {

using namespace std::chrono_literals;
using namespace test;

struct TlsCheckTest : CheckTest {
  TlsCheckTest() {
    config.type = CheckType::tls;
    trust(certificate);
  }

  void trust(const Certificate& trusted) {
    config.tls.ca_file = directory.path("ca.pem");
    std::ofstream(config.tls.ca_file) << trusted.certificate;
  }

  CheckResult check_tls(const Certificate& shown, std::string_view answer = "") {
    return check([&](Peer& peer) {
      visit = serve_tls(peer.fd(), shown, answer);
      (void)peer.drain();
    });
  }

  TemporaryDirectory directory;
  const Certificate certificate = certificate_for("localhost", 1h);
  TlsVisit visit;
};

TEST_F(TlsCheckTest, TrustedCertificatePasses) {
  const auto result = check_tls(certificate);
  EXPECT_TRUE(result.passed()) << result.words;
  EXPECT_EQ(result.words, "connected with TLSv1.3");
  EXPECT_EQ(visit.server_name, "localhost");
}

TEST_F(TlsCheckTest, ExpiredCertificateFails) {
  const auto expired = certificate_for("localhost", -1h);
  trust(expired);
  const auto result = check_tls(expired);
  EXPECT_FALSE(result.passed());
  EXPECT_EQ(result.words, "connected, but its certificate is not accepted: certificate has expired");
}

TEST_F(TlsCheckTest, UnknownIssuerFails) {
  EXPECT_EQ(check_tls(certificate_for("localhost", 1h)).words,
            "connected, but its certificate is not accepted: self-signed certificate");
}

TEST_F(TlsCheckTest, CertificateOfAnotherNameFails) {
  config.tls.server_name = "db.example";
  const auto result = check_tls(certificate);
  EXPECT_FALSE(result.passed());
  EXPECT_EQ(result.words, "connected, but its certificate is not accepted: hostname mismatch");
  EXPECT_EQ(visit.server_name, "db.example");
}

TEST_F(TlsCheckTest, AddressIsName) {
  config.tls.server_name = "127.0.0.1";
  EXPECT_TRUE(check_tls(certificate).passed());
  EXPECT_EQ(visit.server_name, "");
}

TEST_F(TlsCheckTest, VerificationMayBeOff) {
  config.tls = {.server_name = "db.example",
                .verify = TlsVerify::off,
                .ca_file = "",
                .certificate_file = "",
                .key_file = ""};
  EXPECT_TRUE(check_tls(certificate_for("localhost", -1h)).passed());
}

TEST_F(TlsCheckTest, UnreadableAuthoritiesAreNoFailure) {
  config.tls.ca_file = directory.path("none.pem");
  const auto result = check_once(config, target());
  EXPECT_EQ(result.outcome, CheckResult::Outcome::not_made);
  EXPECT_EQ(result.words, "not checked: the certificates in " + config.tls.ca_file + " cannot be read");
}

TEST_F(TlsCheckTest, RenewedAuthoritiesAreRead) {
  const auto renewed = certificate_for("localhost", 2h);
  const auto check = std::make_shared<const PreparedCheck>(std::make_shared<const CheckConfig>(config));
  const auto words = [&](const Certificate& shown) {
    auto acting = std::async(std::launch::async, [&] {
      auto peer = backend.accept();
      (void)serve_tls(peer.fd(), shown);
    });
    return check_once(check, target()).words;
  };
  EXPECT_EQ(words(certificate), "connected with TLSv1.3");
  EXPECT_EQ(words(renewed), "connected, but its certificate is not accepted: self-signed certificate");
  trust(renewed);
  EXPECT_EQ(words(renewed), "connected with TLSv1.3");
}

TEST_F(TlsCheckTest, PlainAnswerFails) {
  const auto words = words_after("220 mail.example ready\r\n");
  EXPECT_TRUE(words.starts_with("connected, but the TLS handshake failed: ")) << words;
}

TEST_F(TlsCheckTest, EndAmidHandshakeFails) {
  EXPECT_EQ(words_after(""), "connected, but it ended the TLS handshake");
}

TEST_F(TlsCheckTest, SilenceIsTold) {
  config.timeout = 200ms;
  EXPECT_EQ(check([](Peer& peer) { (void)peer.drain(); }).words, "connected, but no answer in 200ms");
}

TEST_F(TlsCheckTest, HttpsAsksInTls) {
  config.type = CheckType::https;
  config.http.path = "/health";
  const auto result = check_tls(certificate, "HTTP/1.1 503 No\r\n\r\n");
  EXPECT_EQ(result.words, "connected, but answered 503");
  EXPECT_TRUE(visit.request.starts_with("GET /health HTTP/1.1\r\nHost: localhost:" + port()))
      << visit.request;
}

TEST_F(TlsCheckTest, EndWithoutNoticeEndsTheBody) {
  config.type = CheckType::https;
  config.http.body = {TextMatch::How::contains, "ready"};
  const auto result = check([&](Peer& peer) {
    visit = serve_tls(peer.fd(), certificate, "HTTP/1.1 200 OK\r\n\r\nready");
    peer.end();
    (void)peer.drain();
  });
  EXPECT_EQ(result.words, "answered 200 with the expected body");
}

}  // namespace
}  // namespace duplexd
