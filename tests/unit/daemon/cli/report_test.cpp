#include "daemon/cli/check_report.hpp"
#include "daemon/cli/text_units.hpp"
#include "daemon/log/line/log_format.hpp"
#include "daemon/process_log.hpp"

#include <gmock/gmock.h>

namespace duplexd {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

Config small_config() {
  Config config;
  UpstreamConfig& upstream = config.upstreams.emplace_back();
  upstream.name = "pg";
  upstream.endpoints.push_back({"db1:5432", HostPort{"db1", 5432}, 1});
  upstream.endpoints.push_back({"db2:5432", HostPort{"db2", 5432}, 2});
  ListenerConfig& listener = config.listeners.emplace_back();
  listener.name = "postgres";
  listener.bind = *parse_bind("127.0.0.1:5432");
  listener.limits.sessions = 5000;
  listener.timeouts.lifetime = 1h;
  listener.client.keepalive.enabled = false;
  return config;
}

constexpr EffectiveLimits limits{.workers = 2,
                                 .descriptors = 1024,
                                 .descriptors_reserved = 40,
                                 .pipes = {.pipes = 12, .size = 1024 * 1024},
                                 .sessions = 492,
                                 .sessions_fit = true,
                                 .session_bytes_idle = 960,
                                 .session_bytes_most = 132'032};

TEST(CheckReportTest, CheckReportHasEverySetting) {
  EXPECT_EQ(check_report(small_config(), limits),
            "listener postgres\n"
            "  bind        127.0.0.1:5432\n"
            "  upstream    pg\n"
            "  transparent false\n"
            "  starttls    off\n"
            "  proxy_protocol off\n"
            "  access      dry_run false\n"
            "  limits      sessions 5000, per_source off, rate off, burst auto, "
            "per_source_rate off, per_source_burst auto, handshakes off, dry_run false, "
            "ipv6_source_prefix 64, when_full wait\n"
            "  bandwidth   total_upstream off, total_downstream off, session_upstream off, "
            "session_downstream off, dry_run false\n"
            "  timeouts    connect 5s, handshake 10s, queue 10s, idle 1h, half_closed 1m, "
            "lifetime 1h, lifetime_jitter 10%\n"
            "  client      nodelay true, keepalive off, user_timeout off, receive_buffer auto, "
            "send_buffer auto, interface any, mark off, dscp cs0, congestion auto, mptcp false, "
            "free_bind false, fast_open off, defer_accept off\n"
            "  tls         off\n"
            "  zero_copy   auto\n"
            "  unix        mode \"0660\", owner auto, group auto\n"
            "  backlog     4096\n"
            "upstream pg\n"
            "  endpoints   db1:5432, db2:5432 (weight 2)\n"
            "  balance     round_robin\n"
            "  hash        key source, ipv4_prefix 32, ipv6_prefix 128\n"
            "  on_all_down refuse\n"
            "  max_waiting 1024\n"
            "  slow_start  off\n"
            "  check       off\n"
            "  passive     failures 3, early 1s, ejection 10s, longest 5m, share 50%\n"
            "  retry       rounds 3, pause 1s\n"
            "  on_removed  keep\n"
            "  on_down     keep\n"
            "  on_drained  keep\n"
            "  on_up       keep\n"
            "  resolve     interval 30s, at_start required, prefer ipv6, attempt_delay 250ms\n"
            "  endpoint    nodelay true, keepalive.idle 1m, keepalive.interval 10s, "
            "keepalive.count 6, user_timeout off, receive_buffer auto, send_buffer auto, "
            "interface any, mark off, dscp cs0, congestion auto, mptcp false, free_bind false\n"
            "  proxy_protocol off\n"
            "  tls         off\n"
            "  via         off\n"
            "  endpoints_file off\n"
            "  etcd        off\n"
            "  consul      off\n"
            "process\n"
            "  workers     2\n"
            "  descriptors 1024 (RLIMIT_NOFILE), 40 of them not for sessions\n"
            "  sessions    492 at once\n"
            "  memory      960 B per idle session, "
            "128.9 KiB if both its peers stop reading; 0.5 MiB to 62.0 MiB for all sessions\n"
            "  pipes       12 of 1.0 MiB, for zero_copy\n"
            "  drain       30s, at a restart 2s; sessions of removed endpoints end within 10s\n"
            "  control     off\n"
            "  admin       off\n");
}

TEST(CheckReportTest, AdminListenerIsShown) {
  Config config = small_config();
  EXPECT_THAT(check_summary(config, limits), Not(HasSubstr("admin")));
  config.admin.bind = *parse_bind("127.0.0.1:9640");
  EXPECT_THAT(check_report(config, limits),
              HasSubstr("  admin       127.0.0.1:9640, 64 clients at once at each address, 32 from one\n"));
  EXPECT_THAT(check_summary(config, limits), HasSubstr("admin: 127.0.0.1:9640\n"));
}

TEST(CheckReportTest, SummaryHasTwoLinesPerListener) {
  Config config = small_config();
  ListenerConfig& web = config.listeners.emplace_back();
  web.name = "web";
  web.bind = *parse_bind(":80");
  web.bind.push_back(parse_bind("*:81")->front());
  web.bind.push_back(parse_bind("[::]:82")->front());
  web.upstream = 1;
  web.limits.per_source = 16;
  UpstreamConfig& pool = config.upstreams.emplace_back();
  pool.name = "pool";
  for (const char* name : {"a:1", "b:1", "c:1", "d:1", "e:1", "f:1"})
    pool.endpoints.push_back({name, HostPort{name, 1}, 1});
  config.upstreams.emplace_back().name = "spare";
  EXPECT_EQ(
      check_summary(config, limits),
      "postgres: 127.0.0.1:5432 -> pg: db1:5432, db2:5432 (weight 2)\n"
      "  connect 5s, idle 1h, half_closed 1m, lifetime 1h; 492 sessions with all other listeners\n"
      "web: :80 (all of IPv4 and IPv6), 0.0.0.0:81 (all of IPv4), [::]:82 (all of IPv6) -> pool: a:1, b:1, "
      "c:1, d:1 and 2 more\n"
      "  connect 5s, idle 1h, half_closed 1m; 492 sessions with all other listeners, 16 of one source\n"
      "spare: no listener refers to this upstream\n"
      "process: 2 workers, 492 sessions with 1024 descriptors, at most 62.0 MiB for all sessions\n");
  config.listeners[0].limits.sessions = 100;
  EXPECT_THAT(check_summary(config, limits), HasSubstr("; 100 sessions\n"));
}

/// The small configuration with two routes, one of them to a further upstream.
Config routed_config() {
  Config config = small_config();
  config.upstreams.emplace_back().name = "api";
  auto& routes = config.listeners[0].routes;
  routes.push_back({.sni = {*NamePattern::parse("api.example"), *NamePattern::parse("*.api.example")},
                    .alpn = {"h2"},
                    .upstream = 1});
  routes.push_back({.source = NetworkSet({*Network::parse("10.0.0.0/8")}),
                    .destination_port = {{443, 443}, {8000, 8100}},
                    .reject = true});
  return config;
}

TEST(CheckReportTest, RoutesComeBeforeTheUpstream) {
  EXPECT_THAT(check_report(routed_config(), limits),
              HasSubstr("  route       sni api.example, *.api.example; alpn h2 -> api\n"
                        "  route       source 10.0.0.0/8; destination_port 443, 8000-8100 -> rejected\n"
                        "  upstream    pg\n"));
}

TEST(CheckReportTest, SummaryShowsWhereRoutesLead) {
  Config config = routed_config();
  EXPECT_THAT(check_summary(config, limits),
              HasSubstr("-> 2 routes to api, all others to pg: db1:5432, db2:5432 (weight 2)\n"));
  config.listeners[0].upstream.reset();
  EXPECT_THAT(check_summary(config, limits), HasSubstr("-> 2 routes to api, all others to nowhere\n"));
  EXPECT_THAT(check_summary(config, limits), HasSubstr("pg: no listener refers to this upstream\n"));
  EXPECT_THAT(check_summary(config, limits), Not(HasSubstr("api: no listener")));
}

TEST(CheckReportTest, RouteMayLeadBackToo) {
  Config config = small_config();
  config.listeners[0].upstream.reset();
  config.listeners[0].routes.push_back({.upstream = 0});
  config.upstreams[0].endpoints = {{"127.0.0.1:5432", *SocketAddress::parse("127.0.0.1:5432"), 1}};
  EXPECT_THAT(check_warnings(config), HasSubstr("endpoints[127.0.0.1:5432] is listener postgres"));
}

TEST(CheckReportTest, EndpointShowsWhatItHas) {
  EndpointConfig endpoint;
  endpoint.name = "a:1";
  EXPECT_EQ(endpoint_text(endpoint), "a:1");
  endpoint.weight = 0;
  endpoint.priority = 2;
  endpoint.backup = true;
  endpoint.max_sessions = 10;
  EXPECT_EQ(endpoint_text(endpoint), "a:1 (weight 0, priority 2, backup, 10 sessions)");
}

TEST(CheckReportTest, PortOfListenerLeadsBackToo) {
  Config config = small_config();
  config.upstreams[0].endpoints = {{"127.0.0.1:*", *SocketAddress::parse("127.0.0.1:0"), 1}};
  EXPECT_THAT(check_warnings(config), HasSubstr("endpoints[127.0.0.1:5432] is listener postgres"));
  config.upstreams[0].endpoints = {{"127.0.0.2:*", *SocketAddress::parse("127.0.0.2:0"), 1}};
  EXPECT_EQ(check_warnings(config), "");
}

TEST(CheckReportTest, OwnListenerIsWarnedOf) {
  Config config = small_config();
  EXPECT_EQ(check_warnings(config), "");
  const SocketAddress own = config.listeners[0].bind[0].address;
  config.upstreams[0].endpoints.push_back({.name = own.to_string(), .address = own});
  const std::string warning = check_warnings(config);
  EXPECT_NE(warning.find("upstreams.pg.endpoints[127.0.0.1:5432] is listener postgres"), std::string::npos)
      << warning;
}

TEST(CheckReportTest, CheckReportExplainsTooFewDescriptors) {
  const std::string text = sessions_do_not_fit(limits);
  for (const char* part : {"492", "1024", "40", "LimitNOFILE=", "limits.sessions"})
    EXPECT_THAT(text, HasSubstr(part));
}

TEST(DumpConfigTest, DumpHasEveryKeyWithOrigin) {
  EXPECT_EQ(dump_config({{"workers", "auto", "default"}, {"log.level", "debug", "duplexd.yaml:2:8"}}),
            "workers: auto  # default\nlog.level: debug  # duplexd.yaml:2:8\n");
}

TEST(TextUnitsTest, DurationsAreWrittenAsInFile) {
  EXPECT_EQ(to_text(0ms), "off");
  EXPECT_EQ(to_text(500ms), "500ms");
  EXPECT_EQ(to_text(90min), "1h30m");
  EXPECT_EQ(to_text(24h), "1d");
}

TEST(TextUnitsTest, ByteCountsAreWrittenForPeople) {
  EXPECT_EQ(bytes_text(1023), "1023 B");
  EXPECT_EQ(bytes_text(1536), "1.5 KiB");
  EXPECT_EQ(mebibytes_text(3 << 19), "1.5 MiB");
}

std::string fields_of(const LogLine& line) {
  std::string text;
  append_logfmt(text, line);
  return text.substr(text.find("event="));
}

TEST(TotalsTest, TotalsHaveOneLineEach) {
  Totals totals;
  auto& listener = totals.listeners.emplace_back();
  listener.name = "postgres";
  listener.accepted = 3;
  listener.live = 1;
  listener.ended[static_cast<std::size_t>(CloseReason::client_finished)] = 2;
  auto& upstream = totals.upstreams.emplace_back();
  upstream.name = "pg";
  upstream.connected = 3;
  upstream.failed[static_cast<std::size_t>(CloseReason::connect_refused)] = 4;
  const auto lines = totals_lines(totals, 7);
  ASSERT_EQ(lines.size(), 3u);
  EXPECT_EQ(
      fields_of(lines[0]),
      "event=totals listener=postgres accepted=3 live=1 upstream_bytes=0 downstream_bytes=0 spliced_bytes=0 "
      "undelivered_bytes=0 "
      "accept_errors=0 backoffs=0 at_limit=0 ended_client_finished=2\n");
  EXPECT_EQ(fields_of(lines[1]), "event=totals upstream=pg connected=3 failed_connect_refused=4\n");
  EXPECT_EQ(fields_of(lines[2]),
            "event=totals handler_memory_fallbacks=0 spurious_wakeups=0 log_dropped=7\n");
  EXPECT_EQ(live_sessions(totals), 1u);
}

}  // namespace
}  // namespace duplexd
