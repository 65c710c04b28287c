// Words of other proxies, for hints. A test looks for all keys and words of ours that are here.
#include "core/config/hints/foreign.hpp"

namespace duplexd {
namespace {

using enum Owner;

constexpr ForeignKey keys_of_others[] = {
    {process, "limits.sessions", "maxconn max_connections worker_connections max_sessions"},
    {process, "workers", "threads nbthread nbproc worker_processes"},
    {process, "listeners", "frontend frontends listen ports entrypoints"},
    {process, "upstreams", "backend backends cluster clusters pools services"},
    {process, "log", "access_log error_log option syslog"},
    {process, "log.empty", "dontlognull"},
    {process, "log.level", "log_level loglevel"},
    {process, "log.format", "log_format"},
    {process, "control.socket", "stats admin api"},
    {process, "resolve", "resolver resolvers"},
    {process, "defaults.timeouts.drain", "grace hard_stop_after worker_shutdown_timeout drain"},
    {listener, "bind", "listen address port addr"},
    {listener, "upstream", "backend default_backend use_backend cluster service proxy_pass forward"},
    {listener, "routes",
     "use_backend ssl_preread map filter_chains filter_chain_match sni server_name server_names "
     "ssl_preread_server_name req_ssl_sni req.ssl_sni rules tcp_request"},
    {listener, "limits.sessions", "maxconn max_connections max_sessions"},
    {listener, "limits.per_source", "limit_conn per_ip"},
    {listener, "limits.rate", "maxconnrate maxsessrate rate_limit conn_rate"},
    {listener, "limits.handshakes", "maxsslconn"},
    {listener, "proxy_protocol.from",
     "accept_proxy set_real_ip_from proxy_protocol proxy_protocol_in trusted_proxies"},
    {listener, "access", "acl"},
    {listener, "access.allow", "allow whitelist"},
    {listener, "access.deny", "deny blacklist"},
    {listener, "timeouts.idle",
     "timeout client server tunnel proxy_timeout idle_timeout timeout_client timeout_server timeout_tunnel"},
    {listener, "timeouts.connect", "proxy_connect_timeout connect_timeout timeout_connect upstream_timeout"},
    {listener, "timeouts.half_closed", "client_fin server_fin timeout_client_fin"},
    {listener, "timeouts.lifetime", "max_connection_duration max_age"},
    {listener, "tls", "ssl tls_context ssl_params"},
    {listener, "tls.certificates", "ssl_certificate crt_list certs tls_certificates certificate_chain"},
    {listener, "tls.certificates.certificate_file",
     "crt cert certificate cert_file ssl_cert chain fullchain"},
    {listener, "tls.certificates.key_file", "key ssl_certificate_key private_key keyfile ssl_key"},
    {listener, "tls.certificates.ocsp_file", "ssl_stapling_file ocsp ocsp_staple"},
    {listener, "tls.min_version",
     "ssl_min_ver ssl_protocols protocols minversion tls_minimum_protocol_version ssl_min_version"},
    {listener, "tls.ciphers", "ssl_ciphers cipher_suites ciphersuites cipher"},
    {listener, "tls.curves", "ssl_ecdh_curve ecdhe curve groups curve_preferences ecdh_curves"},
    {listener, "tls.alpn", "ssl_alpn alpn_protocols"},
    {listener, "tls.client_certificates",
     "ssl_verify_client verify_client clientauth client_auth require_client_certificate mtls"},
    {listener, "tls.client_certificates.ca_file",
     "ssl_client_certificate ssl_trusted_certificate clientca trusted_ca ca"},
    {listener, "tls.client_certificates.crl_file", "ssl_crl crl"},
    {listener, "tls.client_certificates.mode", "verify ssl_verify_client"},
    {listener, "tls.tickets", "ssl_session_tickets no_tls_tickets session_tickets"},
    {listener, "client.keepalive", "so_keepalive clitcpka tcp_keepalive"},
    {listener, "client.nodelay", "tcp_nodelay nodelay"},
    {listener, "client.interface", "interface so_bindtodevice bindtodevice"},
    {listener, "client.fast_open", "tfo fastopen tcp_fastopen"},
    {listener, "client.defer_accept", "defer_accept deferred tcp_defer_accept"},
    {listener, "client.mptcp", "mptcp multipath"},
    {listener, "client.free_bind", "freebind ip_freebind"},
    {upstream, "endpoint.mark", "so_mark socket_mark fwmark"},
    {listener, "timeouts.queue", "queue_timeout timeout_queue"},
    {upstream, "endpoints",
     "server address servers backend backends host hosts targets nodes members destinations proxy_pass "
     "addresses"},
    {upstream, "balance",
     "lb_policy lb_method algorithm policy load_balancing strategy leastconn least_conn roundrobin ip_hash "
     "sticky"},
    {upstream, "proxy_protocol",
     "send_proxy send_proxy_v2 send_proxy_v2_ssl send_proxy_v2_ssl_cn proxy_protocol proxy_protocol_out "
     "proxy_v2"},
    {upstream, "proxy_protocol.send", "proxy_v2_options set_proxy_v2_tlv_fmt tlvs tlv"},
    {upstream, "tls", "ssl proxy_ssl tls_context transport_socket"},
    {upstream, "tls.verify", "proxy_ssl_verify ssl_verify insecure_skip_verify insecureskipverify"},
    {upstream, "tls.server_name", "sni proxy_ssl_name verifyhost proxy_ssl_server_name servername"},
    {upstream, "tls.ca_file", "proxy_ssl_trusted_certificate ca trusted_ca rootcas root_ca"},
    {upstream, "tls.certificate_file", "proxy_ssl_certificate crt cert client_certificate"},
    {upstream, "tls.key_file", "proxy_ssl_certificate_key key private_key"},
    {upstream, "tls.min_version", "proxy_ssl_protocols ssl_min_ver"},
    {upstream, "tls.resumption", "proxy_ssl_session_reuse no_ssl_reuse"},
    {upstream, "endpoint.source", "source proxy_bind usesrc"},
    {upstream, "endpoint.keepalive", "srvtcpka proxy_socket_keepalive"},
    {upstream, "resolve.interval", "dns_refresh_rate"},
    {upstream, "retry.rounds", "retries proxy_next_upstream_tries max_connect_attempts"},
    {upstream, "passive", "outlier_detection"},
    {upstream, "passive.failures", "max_fails consecutive_errors"},
    {upstream, "passive.ejection", "fail_timeout"},
    {upstream, "check", "health_check healthcheck health_checks option"},
    {upstream, "check.interval", "inter check_inter check_interval health_check_interval"},
    {upstream, "check.rise", "rise"},
    {upstream, "check.fall", "fall"},
    {upstream, "max_waiting", "queue maxqueue max_pending_requests"},
    {upstream, "slow_start", "slowstart"},
    {upstream, "on_down", "on_marked_down"},
    {upstream, "on_up", "on_marked_up"},
    {upstream, "hash.key", "hash_key hash_type"},
    {endpoint, "address", "server host addr ip port url target"},
    {endpoint, "max_sessions", "maxconn max_connections max_conns"},
    {route, "sni",
     "server_name server_names ssl_preread_server_name req_ssl_sni req.ssl_sni ssl_fc_sni host hosts "
     "hostname "
     "hostsni domain domains name names"},
    {route, "alpn", "application_protocols ssl_preread_alpn_protocols req_ssl_alpn req.ssl_alpn protocols"},
    {route, "source", "src from source_prefix_ranges clientip allow"},
    {route, "destination_port", "dst_port port ports"},
    {route, "upstream", "use_backend backend default_backend cluster service pool proxy_pass forward"},
    {route, "reject", "deny drop refuse block"},
};

constexpr ForeignValue values_of_others[] = {
    {"balance", "round_robin", "roundrobin static-rr rr wrr"},
    {"balance", "least_connections", "leastconn least_conn least_request"},
    {"balance", "random", "two_random"},
    {"balance", "source_hash", "source ip_hash"},
    {"balance", "consistent_hash", "hash maglev ring_hash"},
    {"balance", "first", "failover"},
    {"version", "v1", "on true 1 send-proxy"},
    {"version", "v2", "2 send-proxy-v2 V2"},
    {"send", "unique_id", "unique-id"},
    {"send", "authority", "sni host"},
    {"send", "ssl", "tls cert-cn ssl-cipher"},
    {"send", "received", "all passthrough"},
    {"verify", "full", "true on yes required require"},
    {"verify", "off", "false no none"},
    {"mode", "required", "on true yes require"},
    {"mode", "optional", "optional_no_ca request"},
    {"mode", "off", "none false no"},
    {"min_version", "1.2", "TLSv1.2 TLS1.2 tls1.2 TLSv12 TLSv1_2 tls12"},
    {"min_version", "1.3", "TLSv1.3 TLS1.3 tls1.3 TLSv13 TLSv1_3 tls13"},
};

}  // namespace

bool has_word(std::string_view words, std::string_view word) {
  while (!words.empty()) {
    const auto end = words.find(' ');
    if (words.substr(0, end) == word) return true;
    words.remove_prefix(end == words.npos ? words.size() : end + 1);
  }
  return false;
}

std::span<const ForeignKey> foreign_keys() { return keys_of_others; }

std::span<const ForeignValue> foreign_values() { return values_of_others; }

}  // namespace duplexd
