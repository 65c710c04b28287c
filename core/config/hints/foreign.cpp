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
    {process, "log.level", "log_level loglevel"},
    {process, "log.format", "log_format"},
    {process, "control.socket", "stats admin api"},
    {process, "resolve", "resolver resolvers"},
    {process, "defaults.timeouts.drain", "grace hard_stop_after worker_shutdown_timeout drain"},
    {listener, "bind", "listen address port addr"},
    {listener, "upstream", "backend default_backend use_backend cluster service proxy_pass forward"},
    {listener, "limits.sessions", "maxconn max_connections max_sessions"},
    {listener, "limits.per_source", "limit_conn per_ip"},
    {listener, "access", "acl"},
    {listener, "access.allow", "allow whitelist"},
    {listener, "access.deny", "deny blacklist"},
    {listener, "timeouts.idle",
     "timeout client server tunnel proxy_timeout idle_timeout timeout_client timeout_server timeout_tunnel"},
    {listener, "timeouts.connect", "proxy_connect_timeout connect_timeout timeout_connect upstream_timeout"},
    {listener, "timeouts.half_closed", "client_fin server_fin timeout_client_fin"},
    {listener, "timeouts.lifetime", "max_connection_duration max_age"},
    {listener, "client.keepalive", "so_keepalive clitcpka tcp_keepalive"},
    {listener, "client.nodelay", "tcp_nodelay nodelay"},
    {listener, "timeouts.queue", "queue_timeout timeout_queue"},
    {upstream, "endpoints",
     "server address servers backend backends host hosts targets nodes members destinations proxy_pass "
     "addresses"},
    {upstream, "balance",
     "lb_policy lb_method algorithm policy load_balancing strategy leastconn least_conn roundrobin ip_hash "
     "sticky"},
    {upstream, "endpoint.source", "source proxy_bind"},
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
};

constexpr ForeignValue values_of_others[] = {
    {"balance", "round_robin", "roundrobin static-rr rr wrr"},
    {"balance", "least_connections", "leastconn least_conn least_request"},
    {"balance", "random", "two_random"},
    {"balance", "source_hash", "source ip_hash"},
    {"balance", "consistent_hash", "hash maglev ring_hash"},
    {"balance", "first", "failover"},
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
