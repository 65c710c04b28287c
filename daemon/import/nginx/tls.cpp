// ssl_ directives: TLS with clients.
#include "daemon/import/nginx/translation.hpp"
#include "daemon/import/values/words.hpp"

#include <algorithm>

namespace duplexd::importing::nginx {
namespace {

/// Certificates and keys come in pairs, by their order.
void carry_certificates(const Scope& scope, const Target& listener) {
  const auto certificates = scope.all("ssl_certificate"), keys = scope.all("ssl_certificate_key");
  for (std::size_t i = 0; i < certificates.size(); ++i) {
    if (certificates[i]->arg(0).find('$') != std::string_view::npos) {
      listener.refuse(*certificates[i], "duplexd's certificates are written out, and chosen by name");
      continue;
    }
    const Target item = listener.part("tls").item("certificates");
    item.set("certificate_file", certificates[i]->arg(0), *certificates[i]);
    if (i < keys.size()) item.set("key_file", plain(keys[i]->arg(0)), *keys[i]);
    const Setting* const staple = scope.last("ssl_stapling_file");
    if (staple && i == 0) item.set("ocsp_file", plain(staple->arg(0)), *staple);
  }
}

void carry_clients(const Scope& scope, const Target& listener) {
  const Setting* const verify = scope.last("ssl_verify_client");
  const std::string_view word = verify ? verify->arg(0) : "";
  if (word == "optional_no_ca")
    listener.refuse(*verify, "a certificate that is shown has to be valid in duplexd");
  if (word == "on") listener.set("tls.client_certificates.mode", "required", *verify);
  if (word == "optional" || word == "off") listener.set("tls.client_certificates.mode", word, *verify);
  carry_text(scope, "ssl_client_certificate", "tls.client_certificates.ca_file", listener);
  carry_text(scope, "ssl_crl", "tls.client_certificates.crl_file", listener);
}

void carry_client_versions(const Scope& scope, const Target& listener) {
  const Setting* const protocols = scope.last("ssl_protocols");
  if (!protocols) return;
  const auto has = [&](std::string_view word) {
    return std::ranges::find(protocols->args, word) != protocols->args.end();
  };
  if (has("TLSv1") || has("TLSv1.1")) listener.remark(*protocols, "duplexd speaks TLS 1.2 and 1.3 alone");
  if (has("TLSv1.2")) return listener.set("tls.min_version", "1.2", *protocols);
  has("TLSv1.3") ? listener.set("tls.min_version", "1.3", *protocols)
                 : listener.refuse(*protocols, "duplexd speaks TLS 1.2 and 1.3");
}

}  // namespace

void carry_tls(const Scope& scope, const Target& listener) {
  carry_certificates(scope, listener);
  carry_client_versions(scope, listener);
  carry_text(scope, "ssl_ciphers", "tls.ciphers", listener);
  if (const Setting* const curves = scope.last("ssl_ecdh_curve"))
    for (const auto curve : split(curves->arg(0), ':'))
      curve == "auto" ? listener.carry(*curves) : listener.add("tls.curves", plain(curve), *curves);
  if (const Setting* const alpn = scope.last("ssl_alpn"))
    for (const auto& protocol : alpn->args) listener.add("tls.alpn", plain(protocol), *alpn);
  if (const Setting* const tickets = scope.last("ssl_session_tickets"))
    listener.set("tls.tickets", tickets->arg(0) == "off" ? "false" : "true", *tickets);
  carry_clients(scope, listener);
  carry_time(scope, "ssl_handshake_timeout", "timeouts.handshake", listener);
}

}  // namespace duplexd::importing::nginx
