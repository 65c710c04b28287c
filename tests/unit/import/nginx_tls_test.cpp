// TLS of nginx is never lost, nor the proof that clients have to give.
#include "tests/unit/import/import_world.hpp"

namespace duplexd::importing {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string text_with(const std::string& text) {
  return "stream { server { listen 127.0.0.1:443 ssl; proxy_pass 10.0.0.1:80; " + text + "} }";
}
std::string with_tls(const std::string& text) { return yaml_of(Syntax::nginx, text_with(text)); }
std::string of_etc(const std::string& text) {
  const auto result = import_text(Syntax::nginx, "/etc/nginx/nginx.conf", text_with(text), no_files());
  return result ? result->yaml : result.error().what;
}

const std::string pair = "ssl_certificate /c.pem; ssl_certificate_key /k.pem; ";
constexpr const char* listens_alone = "bind: [127.0.0.1:443]";

TEST(NginxTlsImportTest, FilesAreInNginxsFolder) {
  const std::string yaml = of_etc(
      "ssl_certificate tls/c.pem; ssl_certificate_key k.pem; ssl_verify_client on; ssl_client_certificate "
      "ca.pem;");
  EXPECT_THAT(yaml,
              HasSubstr("certificate_file: /etc/nginx/tls/c.pem\n          key_file: /etc/nginx/k.pem\n"));
  EXPECT_THAT(yaml, HasSubstr("mode: required\n        ca_file: /etc/nginx/ca.pem\n"));
}

TEST(NginxTlsImportTest, ListenerWithoutCertificateIsLeftOut) {
  const std::string yaml = with_tls("ssl_certificate c.pem; ssl_certificate_key /k.pem;");
  EXPECT_THAT(yaml, Not(HasSubstr(listens_alone)));
  EXPECT_THAT(yaml, HasSubstr("'ssl_certificate c.pem' is not carried: it is in the folder of nginx.conf"));
  EXPECT_THAT(yaml, HasSubstr("without a certificate its clients would be served"));
  EXPECT_THAT(with_tls(""), Not(HasSubstr(listens_alone)));
  EXPECT_THAT(of_etc("ssl_certificate data:$x; ssl_certificate_key k.pem;"), Not(HasSubstr(listens_alone)));
  EXPECT_THAT(of_etc("ssl_certificate c.pem; ssl_certificate_key engine:e:k;"),
              Not(HasSubstr(listens_alone)));
}

TEST(NginxTlsImportTest, ListenerWithoutProofIsLeftOut) {
  for (const char* verify : {"on", "optional"}) {
    const std::string mode = std::string("ssl_verify_client ") + verify + "; ";
    EXPECT_THAT(with_tls(pair + mode), Not(HasSubstr(listens_alone)));
    EXPECT_THAT(with_tls(pair + mode + "ssl_client_certificate ca.pem;"), Not(HasSubstr(listens_alone)));
    EXPECT_THAT(with_tls(pair + mode + "ssl_client_certificate /ca.pem; ssl_crl x.pem;"),
                Not(HasSubstr(listens_alone)));
    EXPECT_THAT(with_tls(pair + mode + "ssl_client_certificate /ca.pem; ssl_ocsp on;"),
                Not(HasSubstr(listens_alone)));
    EXPECT_THAT(with_tls(pair + mode + "ssl_client_certificate /ca.pem; ssl_crl /x.pem;"),
                HasSubstr("ca_file: /ca.pem\n        crl_file: /x.pem"));
  }
}

TEST(NginxTlsImportTest, RejectedHandshakesStayRejected) {
  EXPECT_THAT(with_tls(pair + "ssl_reject_handshake on;"), Not(HasSubstr(listens_alone)));
}

TEST(NginxTlsImportTest, ReasonsKnowThatTlsIsThere) {
  const std::string yaml = with_tls(pair + "ssl_password_file /p; ssl_verify_depth 2; ssl_conf_command a b;");
  EXPECT_THAT(yaml, HasSubstr("'ssl_password_file /p' is not carried: duplexd's keys have no passphrase"));
  EXPECT_THAT(yaml, HasSubstr("'ssl_verify_depth 2' is not carried: duplexd takes chains"));
  EXPECT_THAT(yaml, Not(HasSubstr("no listen line that is carried has ssl")));
}

TEST(NginxTlsImportTest, EndpointsKeepTheirAuthority) {
  const std::string settings = pair + "proxy_ssl on; proxy_ssl_verify on; proxy_ssl_trusted_certificate ";
  EXPECT_THAT(of_etc(settings + "ca.pem;"), HasSubstr("ca_file: /etc/nginx/ca.pem"));
  EXPECT_THAT(with_tls(settings + "ca.pem;"), Not(HasSubstr("verify: full")));
}

}  // namespace
}  // namespace duplexd::importing
