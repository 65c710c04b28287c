// The TLS that is spoken with the servers of a backend.
#include "daemon/import/haproxy/translation.hpp"
#include "daemon/import/values/words.hpp"

namespace duplexd::importing::haproxy {
namespace {

void carry_server_name(const Servers& servers) {
  const Target& upstream = servers.upstream();
  const Setting* const sni = servers.alike("sni");
  const Setting* const host = servers.alike("verifyhost");
  if (host) upstream.set("tls.server_name", host->arg(0), *host);
  if (!sni) return;
  std::string_view name = sni->arg(0);
  if (!name.starts_with("str(") || !name.ends_with(")"))
    return upstream.refuse(*sni,
                           "duplexd asks all endpoints of an upstream for one name, or each for its own");
  name = name.substr(4, name.size() - 5);
  if (host && host->arg(0) != name)
    return upstream.refuse(*sni, "duplexd asks for the name that the certificate has to be of");
  upstream.set("tls.server_name", name, *sni);
}

void carry_min_version(const Servers& servers) {
  const Setting* const version = servers.alike("ssl-min-ver");
  if (!version) return;
  const auto word = version->arg(0);
  if (!word.starts_with("TLSv1.2") && !word.starts_with("TLSv1.3"))
    return servers.upstream().refuse(*version, "duplexd speaks TLS 1.2 and 1.3");
  servers.upstream().set("tls.min_version", word.substr(4), *version);
}

void carry_verification(const Servers& servers, const Setting& ssl, const Global& global) {
  const Target& upstream = servers.upstream();
  const Setting* const unverified = servers.unverified(global.unverified);
  if (unverified) return upstream.set("tls.verify", "off", *unverified);
  // Without a name HAProxy looks at the chain of the certificate alone.
  const bool named = servers.has("sni") || servers.has("verifyhost");
  upstream.set("tls.verify", named ? "full" : "chain", ssl);
}

void carry_server_files(const Servers& servers, const Global& global) {
  const Target& upstream = servers.upstream();
  // Those that have none need none: they have verify none.
  if (const Setting* const authority = servers.shared("ca-file"))
    upstream.set(
        "tls.ca_file",
        authority->arg(0) == "@system-ca" ? "system" : in_folder(global.authority_folder, authority->arg(0)),
        *authority);
  if (const Setting* const certificate = servers.alike("crt"))
    upstream.set("tls.certificate_file", in_folder(global.certificate_folder, certificate->arg(0)),
                 *certificate);
}

}  // namespace

void carry_server_tls(const Servers& servers, const Global& global) {
  const Setting* const ssl = servers.alike("ssl");
  if (!ssl) return;
  const Target& upstream = servers.upstream();
  carry_verification(servers, *ssl, global);
  upstream.carry(*ssl);
  carry_server_name(servers);
  carry_server_files(servers, global);
  if (const Setting* const alpn = servers.alike("alpn"))
    for (const auto protocol : split(alpn->arg(0), ',')) upstream.add("tls.alpn", protocol, *alpn);
  carry_min_version(servers);
}

}  // namespace duplexd::importing::haproxy
