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
  carry_header_options(servers);
}

void carry_names(const Servers& servers) {
  servers.shared("resolvers");
  servers.shared("resolve-opts");
  servers.carry_text("resolve-prefer", "resolve.prefer");
  const Setting* const init = servers.alike("init-addr");
  if (!init) return;
  const bool optional = init->arg(0).find("none") != std::string_view::npos;
  servers.upstream().set("resolve.at_start", optional ? "optional" : "required", *init);
}

/// Null: not all servers have it, or it says something else.
const Setting* mood(const Servers& servers, std::string_view option, std::string_view word) {
  const Setting* const setting = servers.alike(option);
  if (!setting || setting->arg(0) == word) return setting;
  servers.upstream().refuse(*setting, "duplexd has nothing like it");
  return nullptr;
}

/// Servers that are no backups end the sessions of backups; those of backups say nothing by it.
void carry_return(const Servers& servers) {
  const Target& upstream = servers.upstream();
  const Servers actives = servers.actives();
  const Setting* const up = mood(actives, "on-marked-up", "shutdown-backup-sessions");
  if (!up) return;
  upstream.set("on_up", "close_backups", *up);
  servers.shared("on-marked-up");
  for (const Node& endpoint : upstream.node().at("endpoints").children)
    if (endpoint.find("priority"))
      upstream.remark(*up, "a backup that is up again ends the sessions of those after it, too");
}

/// HAProxy counts to ten by itself.
void carry_failures(const Servers& servers) {
  const Setting* const observe = servers.alike("observe");
  if (!observe) return;
  servers.upstream().set("passive.failures", "10", *observe);
  servers.carry_text("error-limit", "passive.failures");
}

void carry_moods(const Servers& servers) {
  servers.carry_time("slowstart", "slow_start");
  servers.carry_time("tcp-ut", "endpoint.user_timeout");
  if (const Setting* const down = mood(servers, "on-marked-down", "shutdown-sessions"))
    servers.upstream().set("on_down", "close", *down);
  carry_return(servers);
  carry_failures(servers);
}

}  // namespace

void carry_upstream(const Section& section, const Global& global, const Target& upstream) {
  const Servers servers = carry_endpoints(section, upstream);
  carry_balance(section.all, upstream);
  carry_retries(section.all, upstream);
  carry_source(servers, section.all.last("source"));
  carry_proxy_protocol(servers);
  carry_server_tls(servers, global);
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
