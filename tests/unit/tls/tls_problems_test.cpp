// What is said of files and settings that cannot be used.
#include "tests/unit/tls/tls_world.hpp"

#include <gmock/gmock.h>

namespace duplexd {
namespace {

using namespace std::chrono_literals;
using namespace tls_test;
using testing::HasSubstr;

struct TlsProblemsTest : testing::Test, TlsWorld {
  std::string listener_problem() { return make_listener() ? "usable: " + problem() : problem(); }
  std::string endpoint_problem() { return make_endpoint() ? "usable: " + problem() : problem(); }
};

TEST_F(TlsProblemsTest, MissingFileIsNamed) {
  listener.certificates[0].certificate_file = directory.file("none.pem");
  EXPECT_EQ(listener_problem(),
            "certificates[0].certificate_file: 'DIR/none.pem' cannot be read: No such file or directory");
}

TEST_F(TlsProblemsTest, FileWithoutCertificateIsSaid) {
  listener.certificates[0].certificate_file = write("db.pem", "hello");
  EXPECT_EQ(listener_problem(),
            "certificates[0].certificate_file: 'DIR/db.pem' has no certificate in PEM: no start line");
}

TEST_F(TlsProblemsTest, KeyOfAnotherCertificateIsSaid) {
  listener.certificates[0].key_file = write("web.key", issue("web.example").key);
  EXPECT_EQ(
      listener_problem(),
      "certificates[0].key_file: 'DIR/web.key' has the key of another certificate than 'DIR/db.pem': key "
      "values mismatch");
  listener.certificates[0].key_file = write("web.key", issue("web.example", true).key);
  EXPECT_THAT(listener_problem(), HasSubstr("key type mismatch"));
}

TEST_F(TlsProblemsTest, LockedKeyIsRefusedClearly) {
  listener.certificates[0].key_file = write("db.key", test::locked(issue("db.example").key));
  EXPECT_EQ(
      listener_problem(),
      "certificates[0].key_file: 'DIR/db.key' has a key behind a passphrase, which nobody could enter at a "
      "restart; write it without one: openssl pkey -in DIR/db.key -out KEY_FILE");
}

TEST_F(TlsProblemsTest, MissingKeyIsSaid) {
  listener.certificates[0].certificate_file = write("db.pem", issue("db.example").certificate);
  EXPECT_EQ(listener_problem(),
            "certificates[0].certificate_file: 'DIR/db.pem' has no key in PEM: unsupported");
}

TEST_F(TlsProblemsTest, ExpiredCertificateIsUsable) {
  listener.certificates = {
      file("old.pem", test::issue({.names = {"db.example"}, .issuer = &authority, .valid_for = -1h}))};
  EXPECT_THAT(listener_problem(),
              testing::MatchesRegex("usable: certificates\\[0\\].certificate_file: 'DIR/old.pem': "
                                    "the certificate of CN=db.example has expired at .* UTC"));
  EXPECT_EQ(problems[0].kind, TlsProblem::Kind::expired);
}

TEST_F(TlsProblemsTest, ChainInDisorderIsSaid) {
  const auto between = test::issue({.names = {"Between"}, .issuer = &authority, .authority = true});
  const auto leaf = test::issue({.names = {"db.example"}, .issuer = &between});
  const auto chain = [&](const std::string& behind) {
    listener.certificates = {
        {write("chain.pem", leaf.certificate + behind), write("leaf.key", leaf.key), ""}};
    return listener_problem();
  };
  EXPECT_EQ(chain(between.certificate + authority.certificate), "usable: ");
  EXPECT_EQ(chain(authority.certificate + between.certificate),
            "certificates[0].certificate_file: 'DIR/chain.pem': the certificate of CN=db.example is not "
            "signed by the "
            "next one, of CN=Authority; write those that it needs behind it, each signed by the next one");
}

TEST_F(TlsProblemsTest, CertificateNeverShownIsSaid) {
  listener.certificates.push_back(file("again.pem", issue("db.example")));
  EXPECT_EQ(
      listener_problem(),
      "certificates[1].certificate_file: 'DIR/again.pem' would never be shown: those before it have its "
      "names, and keys of its kind");
}

TEST_F(TlsProblemsTest, SettingsThatOpensslRefusesAreSaid) {
  listener.ciphers = "ECDHE-RSA-AES128-GCM-SHA256:TLS_NONE";
  listener.curves = {"X25519", "P-12"};
  EXPECT_THAT(listener_problem(), testing::AllOf(HasSubstr("ciphers: OpenSSL does not take 'TLS_NONE'"),
                                                 HasSubstr("curves: OpenSSL does not take 'X25519:P-12'")));
  listener.curves.clear();
  listener.ciphers = "NONSENSE";
  EXPECT_EQ(listener_problem(), "ciphers: OpenSSL does not take 'NONSENSE': no cipher match");
}

TEST_F(TlsProblemsTest, StapleOfAnotherCertificateIsSaid) {
  listener.certificates[0].ocsp_file =
      write("db.ocsp", test::staple_for(issue("web.example"), authority, 1h));
  EXPECT_EQ(listener_problem(), "certificates[0].ocsp_file: 'DIR/db.ocsp' is of another certificate");
  listener.certificates[0].ocsp_file = write("db.ocsp", "hello");
  EXPECT_THAT(listener_problem(), HasSubstr("'DIR/db.ocsp' has no answer of OCSP in DER"));
}

TEST_F(TlsProblemsTest, EveryProblemIsSaid) {
  listener.certificates.push_back({directory.file("none.pem"), "", ""});
  listener.certificates[0].key_file = directory.file("none.key");
  listener.client_certificates = {ClientCertificateConfig::Mode::required, directory.file("none.ca"), ""};
  EXPECT_EQ(listener_problem(),
            "certificates[0].key_file: 'DIR/none.key' cannot be read: No such file or directory\n"
            "certificates[1].certificate_file: 'DIR/none.pem' cannot be read: No such file or directory\n"
            "client_certificates.ca_file: 'DIR/none.ca' has no certificates of authorities: No such file or "
            "directory");
}

TEST_F(TlsProblemsTest, EndpointNeedsItsFiles) {
  endpoint.peer.ca_file = directory.file("none.ca");
  EXPECT_THAT(endpoint_problem(), HasSubstr("ca_file: 'DIR/none.ca' has no certificates of authorities"));
  endpoint.peer.ca_file.clear();
  endpoint.peer.certificate_file = directory.file("none.pem");
  EXPECT_EQ(endpoint_problem(), "certificate_file: 'DIR/none.pem' cannot be read: No such file or directory");
}

}  // namespace
}  // namespace duplexd
