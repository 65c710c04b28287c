// Keys of the TLS that is ended at listeners, and that is spoken with endpoints.
#include "core/config/difference.hpp"
#include "tests/unit/config/config_text.hpp"

#include <gmock/gmock.h>

namespace duplexd {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

ListenerTlsConfig tls_of_listener(const std::string& keys) {
  const auto text = with(keys);
  const auto loaded = parse(text);
  EXPECT_TRUE(loaded.config) << problem(text);
  return loaded.config ? loaded.config->listeners.at(0).tls : ListenerTlsConfig();
}

EndpointTlsConfig tls_of_upstream(const std::string& keys) {
  const auto text = with("", keys);
  const auto loaded = parse(text);
  EXPECT_TRUE(loaded.config) << problem(text);
  return loaded.config ? loaded.config->upstreams.at(0).tls : EndpointTlsConfig();
}

TEST(TlsKeys, ListenerHasEveryKey) {
  const auto tls = tls_of_listener(
      "tls: {certificates: [{certificate_file: /a.pem, key_file: /a.key, ocsp_file: /a.ocsp}, /b.pem], "
      "min_version: 1.3, ciphers: 'AES128:TLS_AES_128_GCM_SHA256', curves: [X25519, P-256], alpn: [h2, x], "
      "client_certificates: {mode: optional, ca_file: /ca.pem, crl_file: /crl.pem}, tickets: false, watch: "
      "true}");
  EXPECT_TRUE(tls.enabled);
  EXPECT_THAT(tls.certificates, ElementsAre(CertificateConfig{"/a.pem", "/a.key", "/a.ocsp"},
                                            CertificateConfig{"/b.pem", "", ""}));
  EXPECT_EQ(tls.min_version, TlsVersion::tls13);
  EXPECT_EQ(tls.ciphers, "AES128:TLS_AES_128_GCM_SHA256");
  EXPECT_THAT(tls.curves, ElementsAre("X25519", "P-256"));
  EXPECT_THAT(tls.alpn, ElementsAre("h2", "x"));
  EXPECT_EQ(tls.client_certificates,
            (ClientCertificateConfig{ClientCertificateConfig::Mode::optional, "/ca.pem", "/crl.pem"}));
  EXPECT_FALSE(tls.tickets);
  EXPECT_TRUE(tls.watch);
}

TEST(TlsKeys, OneFileIsEnough) {
  const auto tls = tls_of_listener("tls: {certificates: /a.pem}");
  EXPECT_THAT(tls.certificates, ElementsAre(CertificateConfig{"/a.pem", "", ""}));
  EXPECT_EQ(tls.min_version, TlsVersion::tls12);
  EXPECT_TRUE(tls.tickets);
  EXPECT_FALSE(tls.watch);
  EXPECT_FALSE(tls_of_listener("tls: off").enabled);
}

TEST(TlsKeys, UpstreamHasEveryKey) {
  const auto tls = tls_of_upstream(
      "tls: {verify: chain, server_name: db.example, ca_file: /ca.pem, certificate_file: /c.pem, key_file: "
      "/k, "
      "min_version: 1.3, alpn: postgresql, resumption: false}");
  EXPECT_TRUE(tls.enabled);
  EXPECT_EQ(tls.peer, (TlsConfig{"db.example", TlsVerify::chain, "/ca.pem", "/c.pem", "/k"}));
  EXPECT_EQ(tls.min_version, TlsVersion::tls13);
  EXPECT_THAT(tls.alpn, ElementsAre("postgresql"));
  EXPECT_FALSE(tls.resumption);
}

TEST(TlsKeys, OnIsShort) {
  const auto tls = tls_of_upstream("tls: on");
  EXPECT_TRUE(tls.enabled);
  EXPECT_EQ(tls.peer, TlsConfig());
  EXPECT_FALSE(tls_of_upstream("tls: off").enabled);
  EXPECT_FALSE(tls_of_upstream("").enabled);
  EXPECT_THAT(problem(with("", "tls: maybe")), HasSubstr("keys are expected below it"));
}

TEST(TlsKeys, OwnUpstreamLeavesTlsToListener) {
  const auto loaded =
      parse("listeners: {web: {bind: \":80\", endpoints: \"h:1\", tls: {certificates: /a.pem}}}\n");
  ASSERT_TRUE(loaded.config) << to_string(loaded.problems.at(0));
  EXPECT_TRUE(loaded.config->listeners.at(0).tls.enabled);
  EXPECT_FALSE(loaded.config->upstreams.at(0).tls.enabled);
}

TEST(TlsKeys, MistakesAreSaid) {
  const auto mistake = [](const std::string& keys) { return problem(with("tls: {" + keys + "}")); };
  EXPECT_THAT(
      mistake("watch: true"),
      HasSubstr("listeners.web.tls: 'certificates' is missing; write certificates: /etc/duplexd/web.pem"));
  EXPECT_THAT(mistake("certificates: a.pem"), HasSubstr("is no absolute path"));
  EXPECT_THAT(mistake("certificates: [{key_file: /a}]"), HasSubstr("'certificate_file' is missing"));
  EXPECT_THAT(mistake("certificates: /a, client_certificates: {mode: required}"),
              HasSubstr("ca_file: it is needed to know whose certificates are valid"));
  EXPECT_THAT(mistake("certificates: /a, min_version: 1.1"), HasSubstr("write 1.2 or 1.3"));
  EXPECT_THAT(mistake("certificates: /a, alpn: [h2 h3]"), HasSubstr("is no name of a protocol"));
}

TEST(TlsKeys, UnixEndpointNeedsName) {
  const auto unix_endpoint = [](const std::string& tls) {
    return problem(
        "listeners: {a: {bind: \":80\", upstream: u}}\nupstreams: {u: {endpoints: \"unix:/x\", tls: " + tls +
        "}}\n");
  };
  EXPECT_THAT(unix_endpoint("on"), HasSubstr("has no name that its certificate could be of"));
  EXPECT_EQ(unix_endpoint("{server_name: a}"), "");
  EXPECT_EQ(unix_endpoint("{verify: chain}"), "");
}

TEST(TlsKeys, ForeignWordsGetHints) {
  EXPECT_THAT(problem(with("ssl_certificate: /a.pem")), HasSubstr("write tls.certificates instead"));
  EXPECT_THAT(problem(with("tls: {crt: /a.pem}")), HasSubstr("write certificates.certificate_file instead"));
  EXPECT_THAT(
      problem(with("tls: {certificates: [{crt: /a.pem, key: /b}]}")),
      testing::AllOf(HasSubstr("write certificate_file instead"), HasSubstr("write key_file instead")));
  EXPECT_THAT(problem(with("tls: {certificates: /a, ssl_protocols: TLSv1.2}")),
              HasSubstr("write min_version instead"));
  EXPECT_THAT(problem(with("tls: {certificates: /a, min_version: TLSv1.2}")), HasSubstr("here it is 1.2"));
  EXPECT_THAT(problem(with("", "tls: {verify: none}")), HasSubstr("here it is off"));
  EXPECT_THAT(problem(with("", "tls: {sni: a}")), HasSubstr("write server_name instead"));
  EXPECT_THAT(problem(with("", "proxy_ssl_verify: on")), HasSubstr("write tls.verify instead"));
}

TEST(TlsKeys, ReloadNamesTheChangedFile) {
  const auto before = parse(with("tls: {certificates: [/a.pem, /b.pem]}"));
  const auto after = parse(with("tls: {certificates: [/a.pem, /c.pem]}"));
  const auto changes = difference(before.effective, after.effective);
  ASSERT_EQ(changes.size(), 1u);
  EXPECT_EQ(changes[0].path, "listeners.web.tls.certificates[1].certificate_file");
  EXPECT_EQ(changes[0].reload_class, ReloadClass::new_sessions);
}

}  // namespace
}  // namespace duplexd
