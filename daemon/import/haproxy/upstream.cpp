// A backend as an upstream.
#include "daemon/import/haproxy/translation.hpp"
#include "daemon/import/values/words.hpp"

#include <algorithm>
#include <array>

namespace duplexd::importing::haproxy {
namespace {

bool is_consistent(const Scope& scope, const Target& upstream) {
  const Setting* const type = scope.last("hash-type");
  if (!type) return false;
  upstream.carry(*type);
  return type->arg(0) == "consistent";
}

void carry_balance(const Scope& scope, const Target& upstream) {
  const Setting* const balance = scope.last("balance");
  if (!balance) return;
  const std::string_view word = balance->arg(0);
  if (word == "roundrobin" || word == "static-rr") return upstream.set("balance", "round_robin", *balance);
  if (word == "leastconn") return upstream.set("balance", "least_connections", *balance);
  if (word == "first") return upstream.set("balance", "first", *balance);
  if (word.starts_with("random")) return upstream.set("balance", "random", *balance);
  const bool by_source = word == "source" || (word == "hash" && balance->arg(1) == "src");
  if (!by_source) return upstream.refuse(*balance, "duplexd knows of a client its address alone");
  upstream.set("balance", is_consistent(scope, upstream) ? "consistent_hash" : "source_hash", *balance);
}

void carry_retries(const Scope& scope, const Target& upstream) {
  carry_text(scope, "retries", "retry.rounds", upstream);
  // All endpoints are tried in each round anyway.
  if (const Setting* const redispatch = scope.last("option redispatch")) upstream.carry(*redispatch);
}

void carry_source(const Servers& servers, const Setting* whole) {
  const Target& upstream = servers.upstream();
  const Setting* const own = servers.alike("source");
  const Setting* const source = own ? own : whole;
  if (!source) return;
  const Setting* const usesrc = servers.alike("usesrc");
  const bool as_client = (usesrc && usesrc->arg(0).starts_with("client")) ||
                         (!own && source->arg(1) == "usesrc" && source->arg(2).starts_with("client"));
  if (as_client) return upstream.part("endpoint").set("source", "client", *source);
  std::string_view address = source->arg(0);
  if (const auto port = address.rfind(':'); port == address.find(':')) address = address.substr(0, port);
  if (address == "0.0.0.0" || address == "*" || address.empty()) return upstream.carry(*source);
  upstream.part("endpoint").add("source", address, *source);
}

constexpr std::array<std::array<std::string_view, 2>, 7> header_options{{{"crc32c", "crc32c"},
                                                                         {"unique-id", "unique_id"},
                                                                         {"authority", "authority"},
                                                                         {"ssl", "ssl"},
                                                                         {"cert-cn", "ssl"},
                                                                         {"ssl-cipher", "ssl"},
                                                                         {"alpn", "alpn"}}};

void carry_header_options(const Servers& servers) {
  const Setting* const options = servers.alike("proxy-v2-options");
  if (!options) return;
  std::vector<std::string_view> sent;
  for (const auto word : split(options->arg(0), ',')) {
    const auto* const found = std::ranges::find(header_options, word, [](const auto& row) { return row[0]; });
    if (found == header_options.end())
      return servers.upstream().refuse(*options, "duplexd's headers do not have all of these");
    if (std::ranges::find(sent, (*found)[1]) == sent.end()) sent.push_back((*found)[1]);
  }
  for (const auto word : sent) servers.upstream().add("proxy_protocol.send", word, *options);
}

void carry_proxy_protocol(const Servers& servers) {
  const Target& upstream = servers.upstream();
  if (const Setting* const first = servers.alike("send-proxy"))
    upstream.set("proxy_protocol.version", "v1", *first);
  if (const Setting* const plain = servers.alike("send-proxy-v2"))
    upstream.set("proxy_protocol.version", "v2", *plain);
  for (const char* word : {"send-proxy-v2-ssl", "send-proxy-v2-ssl-cn"}) {
    const Setting* const with_tls = servers.alike(word);
    if (!with_tls) continue;
    upstream.set("proxy_protocol.version", "v2", *with_tls);
    if (!servers.alike("proxy-v2-options")) upstream.add("proxy_protocol.send", "ssl", *with_tls);
  }
  servers.carry("check-send-proxy");
  carry_header_options(servers);
}

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

void carry_tls(const Servers& servers, const Global& global) {
  const Setting* const ssl = servers.alike("ssl");
  if (!ssl) return;
  const Target& upstream = servers.upstream();
  const Setting* const verify = servers.alike("verify");
  const bool none = verify && verify->arg(0) == "none";
  const bool named = servers.alike("sni") || servers.alike("verifyhost");
  // Without a name HAProxy looks at the chain of the certificate alone.
  upstream.set("tls.verify", none ? "off" : named ? "full" : "chain", verify ? *verify : *ssl);
  upstream.carry(*ssl);
  carry_server_name(servers);
  if (const Setting* const authority = servers.alike("ca-file"))
    upstream.set(
        "tls.ca_file",
        authority->arg(0) == "@system-ca" ? "system" : in_folder(global.authority_folder, authority->arg(0)),
        *authority);
  if (const Setting* const certificate = servers.alike("crt"))
    upstream.set("tls.certificate_file", in_folder(global.certificate_folder, certificate->arg(0)),
                 *certificate);
  if (const Setting* const alpn = servers.alike("alpn"))
    for (const auto protocol : split(alpn->arg(0), ',')) upstream.add("tls.alpn", protocol, *alpn);
  carry_min_version(servers);
}

void carry_names(const Servers& servers) {
  servers.carry("resolvers");
  servers.carry("resolve-opts");
  servers.carry_text("resolve-prefer", "resolve.prefer");
  const Setting* const init = servers.alike("init-addr");
  if (!init) return;
  const bool optional = init->arg(0).find("none") != std::string_view::npos;
  servers.upstream().set("resolve.at_start", optional ? "optional" : "required", *init);
}

void carry_moods(const Servers& servers) {
  const Target& upstream = servers.upstream();
  servers.carry_time("slowstart", "slow_start");
  servers.carry_time("tcp-ut", "endpoint.user_timeout");
  servers.carry_text("interface", "endpoint.interface");
  if (const Setting* const down = servers.alike("on-marked-down")) upstream.set("on_down", "close", *down);
  if (const Setting* const up = servers.alike("on-marked-up")) upstream.set("on_up", "close_backups", *up);
  if (const Setting* const observe = servers.alike("observe")) upstream.carry(*observe);
  servers.carry_text("error-limit", "passive.failures");
}

}  // namespace

void carry_upstream(const Section& section, const Global& global, const Target& upstream) {
  const Servers servers = carry_endpoints(section, upstream);
  carry_balance(section.all, upstream);
  carry_retries(section.all, upstream);
  carry_source(servers, section.all.last("source"));
  carry_proxy_protocol(servers);
  carry_tls(servers, global);
  carry_names(servers);
  carry_moods(servers);
  for (const char* word : {"option tcpka", "option srvtcpka"})
    if (const Setting* const keepalive = section.all.last(word)) upstream.carry(*keepalive);
  carry_time(section.all, "srvtcpka-idle", "endpoint.keepalive.idle", upstream);
  carry_time(section.all, "srvtcpka-intvl", "endpoint.keepalive.interval", upstream);
  carry_text(section.all, "srvtcpka-cnt", "endpoint.keepalive.count", upstream);
  carry_checks(section, servers, global);
}

}  // namespace duplexd::importing::haproxy
