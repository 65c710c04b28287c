// Keys of the TLS that is ended at a listener.
#include "core/config/keys/check_spellings.hpp"
#include "core/config/keys/tables.hpp"
#include "core/config/keys/tls/spellings.hpp"
#include "core/config/keys/value.hpp"

namespace duplexd {
namespace {

using enum ReloadClass;
using Mode = ClientCertificateConfig::Mode;

Keys<CertificateConfig> certificate_keys() {
  return {
      value("certificate_file", &CertificateConfig::certificate_file,
            absolute_path_or("", "/etc/duplexd/web.pem"), new_sessions,
            "A certificate in PEM, and behind it those that it needs, each signed by the next one.",
            "Its names are those of its subjectAltName, or else its common name; _\\*.example.com_ is every "
            "name of one label more.")
          .needs("certificate_file: /etc/duplexd/web.pem"),
      value("key_file", &CertificateConfig::key_file, absolute_path_or("same", "/etc/duplexd/web.key"),
            new_sessions,
            "The key of the certificate, in PEM and without a passphrase; *same*: it is in the same file."),
      value(
          "ocsp_file", &CertificateConfig::ocsp_file, absolute_path_or("off", "/etc/duplexd/web.ocsp"),
          new_sessions,
          "What the authority says of the certificate (OCSP), in DER, for clients that ask; *off*: nothing.",
          "Write it with _openssl ocsp -respout_. It is not shown any more when it is out of date."),
  };
}

const Keys<CertificateConfig>& keys_of_a_certificate() {
  static const auto keys = certificate_keys();
  return keys;
}

Key<ListenerTlsConfig> certificates_key() {
  auto key =
      maps("certificates", &ListenerTlsConfig::certificates, keys_of_a_certificate(), "certificate_file",
           "The certificates that clients are shown, one or a list: a file, or a map of files.",
           "A client gets the one of the name that it asks for: an exact name before one with "
           "_\\*_, the first one where there is none, or where it asks for no name. Of one name "
           "there may be one with an RSA key and one with an ECDSA key, for clients that know only one "
           "of them.")
          .needs("certificates: /etc/duplexd/web.pem");
  for (const auto& each : keys_of_a_certificate()) key.below.push_back({each.about});
  return key;
}

Keys<ClientCertificateConfig> client_certificate_keys() {
  Keys<ClientCertificateConfig> keys{
      value("mode", &ClientCertificateConfig::mode,
            one_of<Mode>({{"off", Mode::off}, {"optional", Mode::optional}, {"required", Mode::required}}),
            new_sessions,
            "Whether clients show certificates; *optional*: one that has none is served; *required*: it is "
            "not. One that is shown has to be valid.",
            "The subject of a certificate is in the log, and in the PROXY header where one is sent."),
      value("ca_file", &ClientCertificateConfig::ca_file, absolute_path_or("off", "/etc/duplexd/clients.pem"),
            new_sessions, "The authorities that clients' certificates may be signed by, in PEM."),
      value("crl_file", &ClientCertificateConfig::crl_file, absolute_path_or("off", "/etc/duplexd/crl.pem"),
            new_sessions,
            "The lists of certificates that those authorities have taken back, in PEM; *off*: none.",
            "There has to be one of each authority in the chain of a client's certificate."),
  };
  keys.back().read = [read = keys.back().read](MapReader& map, const About& about,
                                               ClientCertificateConfig& config) {
    read(map, about, config);
    if (config.mode != Mode::off && config.ca_file.empty())
      map.problem(map.place("mode"), "ca_file", "it is needed to know whose certificates are valid");
  };
  return keys;
}

Keys<ListenerTlsConfig> keys_of_tls() {
  return {
      certificates_key(),
      value("min_version", &ListenerTlsConfig::min_version, tls_version(), new_sessions,
            "The oldest version of TLS that a client may speak."),
      value("ciphers", &ListenerTlsConfig::ciphers, text_or("default", request_word("names of OpenSSL")),
            new_sessions,
            "The ciphers, the best first and with colons between, as openssl-ciphers(1) spells them; "
            "*default*: those of TLS 1.2 that have forward secrecy and AEAD.",
            "Those with names as _TLS_AES_128_GCM_SHA256_ are of TLS 1.3. Without any, its three count."),
      list("curves", &ListenerTlsConfig::curves, request_word("a name of OpenSSL such as X25519"),
           new_sessions, "The groups that keys are exchanged in, the best first; *[]*: those of OpenSSL."),
      list("alpn", &ListenerTlsConfig::alpn, alpn_protocol(), new_sessions,
           "The protocols that are agreed on by ALPN, the best first; *[]*: it goes unanswered.",
           "A client that offers others only is refused, as RFC 7301 says."),
      section("client_certificates", &ListenerTlsConfig::client_certificates,
              "Whether clients show certificates, and which.", client_certificate_keys()),
      value(
          "tickets", &ListenerTlsConfig::tickets, boolean(), new_sessions,
          "Whether clients may resume sessions, which spares the signature of a handshake.",
          "The keys of tickets change every hour, and are the same in all workers, after a reload and after "
          "a restart."),
      value("watch", &ListenerTlsConfig::watch, boolean(), live,
            "Whether the files are read again when they change, within a second; otherwise a reload does it.",
            "All of them are taken, or none: with a mistake in one, those before it are shown."),
  };
}

}  // namespace

Key<ListenerConfig> listener_tls_key() {
  return section_or_off(
      "tls", &ListenerConfig::tls, &ListenerTlsConfig::enabled, new_sessions,
      "TLS is ended here; *off*: bytes go to the endpoint as they come.",
      "Sessions keep what they began with. All files have to be readable by the user that duplexd runs as, "
      "also at a reload. _duplexd --check_ reads them, and says what does not fit together.",
      keys_of_tls());
}

}  // namespace duplexd
