// ssl_ directives: TLS with clients.
#include "daemon/import/nginx/translation.hpp"
#include "daemon/import/values/words.hpp"

#include <algorithm>

namespace duplexd::importing::nginx {
namespace {

constexpr const char* no_tls = "without a certificate its clients would be served without TLS";
constexpr const char* no_proof = "without all that says whose certificates are valid, others would be let in";

/// A pair of which one cannot be carried is none.
void carry_pair(const Setting& certificate, const Setting* key, const Setting* staple,
                const Target& listener) {
  const bool has_both = is_file(certificate, listener) && (!key || is_file(*key, listener));
  if (!has_both) {
    listener.refuse(certificate, "its key is not carried");
    if (key) listener.refuse(*key, "its certificate is not carried");
    return;
  }
  const Target item = listener.part("tls").item("certificates");
  item.set("certificate_file", plain(certificate.arg(0)), certificate);
  if (key) item.set("key_file", plain(key->arg(0)), *key);
  if (staple && is_file(*staple, listener)) item.set("ocsp_file", plain(staple->arg(0)), *staple);
}

/// Certificates and keys come in pairs, by their order.
void carry_certificates(const Scope& scope, const Target& listener) {
  const auto certificates = scope.all("ssl_certificate"), keys = scope.all("ssl_certificate_key");
  for (std::size_t i = 0; i < certificates.size(); ++i)
    carry_pair(*certificates[i], i < keys.size() ? keys[i] : nullptr,
               i == 0 ? scope.last("ssl_stapling_file") : nullptr, listener);
}

/// Clients have to show who they are in the end, and by all that the file says of it.
void demand_proof(const Scope& scope, const Setting& verify, const Target& listener) {
  for (const char* key : {"tls.client_certificates.mode", "tls.client_certificates.ca_file"})
    listener.demand(key, verify, no_proof);
  if (scope.last("ssl_crl")) listener.demand("tls.client_certificates.crl_file", verify, no_proof);
  const Setting* const ocsp = scope.last("ssl_ocsp");
  if (ocsp && ocsp->arg(0) != "off")
    listener.leave_out(*ocsp, "duplexd asks no authority which clients' certificates it has taken back");
}

void carry_clients(const Scope& scope, const Target& listener) {
  const Setting* const verify = scope.last("ssl_verify_client");
  const std::string_view word = verify ? verify->arg(0) : "";
  const bool verifies = word == "on" || word == "optional";
  if (word == "optional_no_ca")
    listener.refuse(*verify, "a certificate that is shown has to be valid in duplexd");
  if (verifies || word == "off")
    listener.set("tls.client_certificates.mode", word == "on" ? "required" : word, *verify);
  const bool is_named = scope.last("ssl_client_certificate") != nullptr;
  carry_file(scope, is_named ? "ssl_client_certificate" : "ssl_trusted_certificate",
             "tls.client_certificates.ca_file", listener);
  carry_file(scope, "ssl_crl", "tls.client_certificates.crl_file", listener);
  if (verifies) demand_proof(scope, *verify, listener);
}

void carry_client_versions(const Scope& scope, const Target& listener) {
  const Setting* const protocols = scope.last("ssl_protocols");
  if (!protocols) return;
  const auto has = [&](std::string_view word) {
    return std::ranges::find(protocols->args, word) != protocols->args.end();
  };
  if (has("TLSv1") || has("TLSv1.1")) listener.remark(*protocols, "duplexd speaks TLS 1.2 and 1.3 alone");
  if (has("TLSv1.2") && !has("TLSv1.3")) listener.remark(*protocols, "duplexd speaks TLS 1.3, too");
  if (has("TLSv1.2")) return listener.set("tls.min_version", "1.2", *protocols);
  has("TLSv1.3") ? listener.set("tls.min_version", "1.3", *protocols)
                 : listener.refuse(*protocols, "duplexd speaks TLS 1.2 and 1.3");
}

}  // namespace

void carry_tls(const Scope& scope, const Setting& listen, const Target& listener) {
  carry_certificates(scope, listener);
  listener.demand("tls.certificates", listen, no_tls);
  const Setting* const reject = scope.last("ssl_reject_handshake");
  if (reject && reject->arg(0) == "on") listener.leave_out(*reject, "nginx takes no client there");
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
}

}  // namespace duplexd::importing::nginx
