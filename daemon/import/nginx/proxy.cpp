// proxy_ directives: how endpoints are dialled.
#include "daemon/import/nginx/translation.hpp"

#include <array>

namespace duplexd::importing::nginx {
namespace {

void carry_header(const Scope& server, const Target& target) {
  const Setting* const header = server.last("proxy_protocol");
  if (!header) return;
  if (header->arg(0) == "off") return target.carry(*header);
  target.set("proxy_protocol.version", header->arg(0) == "v2" ? "v2" : "v1", *header);
}

void carry_source(const Scope& server, const Target& target) {
  const Setting* const bind = server.last("proxy_bind");
  if (!bind) return;
  const auto address = bind->arg(0);
  if (address == "off") return target.carry(*bind);
  if (address == "$remote_addr" && bind->arg(1) == "transparent")
    return target.set("endpoint.source", "client", *bind);
  if (address.find('$') != std::string_view::npos)
    return target.refuse(*bind, "duplexd's addresses to dial from are written out");
  target.add("endpoint.source", address, *bind);
}

void carry_versions(const Scope& server, const Target& target) {
  const Setting* const protocols = server.last("proxy_ssl_protocols");
  if (!protocols) return;
  for (const auto& word : protocols->args)
    if (word == "TLSv1.2") return target.set("tls.min_version", "1.2", *protocols);
  if (protocols->arg(0) == "TLSv1.3") return target.set("tls.min_version", "1.3", *protocols);
  target.refuse(*protocols, "duplexd speaks TLS 1.2 and 1.3");
}

/// Where there is none, nginx goes by the name that proxy_pass has, duplexd by that of the endpoint.
void carry_name(const Scope& server, const std::string& upstream, const Setting& ssl, const Target& target) {
  const Setting* const shows = server.last("proxy_ssl_server_name");
  const Setting* const verify = server.last("proxy_ssl_verify");
  if (shows) target.carry(*shows);
  if (!is_on(shows)) target.remark(ssl, "nginx does not tell endpoints their name (SNI), duplexd does");
  const Setting* const name = server.last("proxy_ssl_name");
  const bool varies = name && name->arg(0).find('$') != std::string_view::npos;
  if (varies)
    return target.refuse(*name,
                         "duplexd asks all endpoints of an upstream for one name, or each for its own");
  if (name) target.set("tls.server_name", name->arg(0), *name);
  if (!name && !upstream.empty() && (is_on(shows) || is_on(verify)))
    target.set("tls.server_name", plain(upstream), is_on(verify) ? *verify : *shows);
  if (is_on(verify) && (name || !upstream.empty()))
    target.demand("tls.server_name", *verify, "certificates of other names would be accepted");
}

void carry_files(const Scope& server, const Target& target) {
  carry_file(server, "proxy_ssl_trusted_certificate", "tls.ca_file", target);
  carry_file(server, "proxy_ssl_certificate", "tls.certificate_file", target);
  carry_file(server, "proxy_ssl_certificate_key", "tls.key_file", target);
  const Setting* const verify = server.last("proxy_ssl_verify");
  if (is_on(verify) && server.last("proxy_ssl_trusted_certificate"))
    target.demand("tls.ca_file", *verify, "endpoints would be trusted by other authorities");
}

void carry_ssl(const Scope& server, const std::string& upstream, const Target& target) {
  const Setting* const ssl = server.last("proxy_ssl");
  if (!ssl) return;
  if (!is_on(ssl)) return target.carry(*ssl);
  const Setting* const verify = server.last("proxy_ssl_verify");
  // nginx does not look at certificates unless it is told to.
  target.set("tls.verify", is_on(verify) ? "full" : "off", verify ? *verify : *ssl);
  target.carry(*ssl);
  carry_name(server, upstream, *ssl, target);
  carry_files(server, target);
  if (const Setting* const reuse = server.last("proxy_ssl_session_reuse"))
    target.set("tls.resumption", is_on(reuse) ? "true" : "false", *reuse);
  if (const Setting* const alpn = server.last("proxy_ssl_alpn"))
    for (const auto& protocol : alpn->args) target.add("tls.alpn", protocol, *alpn);
  carry_versions(server, target);
}

}  // namespace

void carry_proxy(const Scope& server, const std::string& upstream, const Target& target) {
  carry_header(server, target);
  carry_source(server, target);
  carry_ssl(server, upstream, target);
  // What duplexd does anyway.
  for (const char* word : {"proxy_next_upstream", "proxy_socket_keepalive"})
    if (const Setting* const usual = server.last(word); is_on(usual)) target.carry(*usual);
  const Setting* const keepalive = server.last("proxy_socket_keepalive");
  if (keepalive && !is_on(keepalive)) target.set("endpoint.keepalive", "off", *keepalive);
}

}  // namespace duplexd::importing::nginx
