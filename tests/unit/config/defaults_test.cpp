// The Config of a valid text.
#include "tests/unit/config/config_text.hpp"

namespace duplexd {
namespace {

using namespace std::chrono_literals;

TEST(Defaults, MinimalConfigHasDefaultsOfStructs) {
  const auto loaded = parse(with(""));
  ASSERT_TRUE(loaded.config) << to_string(loaded.problems.at(0));
  const Config defaults;
  const auto& config = *loaded.config;
  EXPECT_EQ(config.workers, defaults.workers);
  EXPECT_EQ(config.log.level, defaults.log.level);
  EXPECT_EQ(config.log.format, defaults.log.format);
  EXPECT_EQ(config.max_sessions, defaults.max_sessions);
  EXPECT_EQ(config.drain, defaults.drain);
  EXPECT_EQ(config.close_spread, defaults.close_spread);
  EXPECT_EQ(config.resolve_start_timeout, defaults.resolve_start_timeout);
  EXPECT_EQ(config.control.socket, ControlConfig::Socket::automatic);
  EXPECT_EQ(config.control.permissions.mode, ControlConfig().permissions.mode);
  EXPECT_EQ(config.control.permissions.group, std::nullopt);
  ASSERT_EQ(config.listeners.size(), 1u);
  EXPECT_EQ(config.listeners[0].name, "web");
  EXPECT_EQ(config.listeners[0].upstream, 0u);
  EXPECT_EQ(config.listeners[0].timeouts.idle, Timeouts().idle);
  EXPECT_EQ(config.listeners[0].unix_socket.mode, ListenerConfig().unix_socket.mode);
  EXPECT_EQ(config.listeners[0].unix_socket.owner, std::nullopt);
  EXPECT_EQ(config.listeners[0].backlog, ListenerConfig().backlog);
  ASSERT_EQ(config.upstreams.size(), 1u);
  EXPECT_EQ(config.upstreams[0].name, "pool");
  EXPECT_EQ(config.upstreams[0].resolve.required, true);
  EXPECT_EQ(config.upstreams[0].on_removed, LiveSessions::keep);
  ASSERT_EQ(config.upstreams[0].endpoints.size(), 1u);
  EXPECT_EQ(config.upstreams[0].endpoints[0].name, "10.0.0.1:80");
  EXPECT_EQ(config.upstreams[0].endpoints[0].weight, 1u);
}

TEST(Defaults, OverrideKeepsOtherDefaults) {
  const auto loaded =
      parse(with("timeouts: {idle: off}\n    client: {keepalive: {count: 3}}", "endpoint: {nodelay: false}",
                 "defaults:\n"
                 "  timeouts: {idle: 5m, connect: 1s, drain: off}\n"
                 "  client: {keepalive: {idle: 7s}, user_timeout: 30s}\n"
                 "  endpoint: {source: [10.0.0.5, 10.0.0.6], send_buffer: 64KiB}"));
  ASSERT_TRUE(loaded.config) << to_string(loaded.problems.at(0));
  const auto& listener = loaded.config->listeners[0];
  EXPECT_EQ(loaded.config->drain, 0ms);
  EXPECT_EQ(listener.timeouts.idle, 0ms);
  EXPECT_EQ(listener.timeouts.connect, 1s);
  EXPECT_EQ(listener.client.keepalive.count, 3);
  EXPECT_EQ(listener.client.keepalive.idle, 7s);
  EXPECT_EQ(listener.client.user_timeout, 30s);
  const auto& upstream = loaded.config->upstreams[0];
  EXPECT_FALSE(upstream.endpoint.nodelay);
  EXPECT_EQ(upstream.endpoint.send_buffer, 65536u);
  ASSERT_EQ(upstream.source.size(), 2u);
  EXPECT_EQ(upstream.source[1].to_string(), "10.0.0.6:0");
}

TEST(Defaults, SayWhatFullListenersDo) {
  EXPECT_EQ(parse(with("")).config->listeners[0].limits.when_full, WhenFull::wait);
  constexpr const char* defaults = "defaults: {limits: {when_full: refuse}}";
  const auto inherited = parse(with("", "", defaults));
  EXPECT_EQ(inherited.config->listeners[0].limits.when_full, WhenFull::refuse);
  EXPECT_EQ(effective(inherited, "listeners.web.limits.when_full"), "refuse  # test.yaml:10:21");
  const auto overridden = parse(with("limits: {when_full: wait}", "", defaults));
  EXPECT_EQ(overridden.config->listeners[0].limits.when_full, WhenFull::wait);
}

TEST(Defaults, KeepaliveSwitchesOffAndOnAgain) {
  const auto off = parse(with("client: {keepalive: off}"));
  ASSERT_TRUE(off.config);
  EXPECT_FALSE(off.config->listeners[0].client.keepalive.enabled);
  EXPECT_EQ(effective(off, "listeners.web.client.keepalive"), "off  # test.yaml:5:14");

  const auto inherited = parse(with("", "", "defaults: {client: {keepalive: off}}"));
  EXPECT_FALSE(inherited.config->listeners[0].client.keepalive.enabled);
  EXPECT_EQ(effective(inherited, "listeners.web.client.keepalive"), "off  # test.yaml:10:21");

  const auto on = parse(with("client: {keepalive: {}}", "", "defaults: {client: {keepalive: off}}"));
  EXPECT_TRUE(on.config->listeners[0].client.keepalive.enabled);
  EXPECT_EQ(on.config->listeners[0].client.keepalive.idle, 60s);
}

TEST(Defaults, EveryKeyReachesTheConfig) {
  const auto loaded = parse(R"(
workers: 3
log: {level: debug, format: json}
control: {socket: /run/x.sock, mode: "0600", group: root}
limits: {sessions: 1000}
resolve: {start_timeout: 5s}
defaults: {timeouts: {close_spread: 1m}}
listeners:
  a.b-c_1:
    bind: ["[::1]:1", ":2", 127.0.0.1:3-4, unix:/run/x, "unix:@y", systemd:z]
    upstream: second
    access: {allow: [10.0.0.0/8, 2001:db8::/32], deny: 10.6.6.6, dry_run: true}
    bandwidth: {total_upstream: 1KiB, dry_run: true}
    limits: {sessions: 5, per_source: 6, per_source_rate: 8, per_source_burst: 9, handshakes: 10, dry_run: [rate, handshakes], ipv6_source_prefix: 56, when_full: refuse}
    timeouts: {lifetime: 1h, lifetime_jitter: 5%, half_closed: 2s}
    unix: {mode: "0600", owner: root, group: "0"}
    zero_copy: off
    backlog: 7
upstreams:
  first: {endpoints: "h:1"}
  second:
    resolve: {interval: 5s, at_start: optional}
    on_removed: close
    endpoints: [{address: "db.internal:5432", weight: 2}, "[::1]:9", unix:/run/app]
)");
  ASSERT_TRUE(loaded.config) << to_string(loaded.problems.at(0));
  const auto& listener = loaded.config->listeners.at(0);
  EXPECT_EQ(loaded.config->workers, 3u);
  EXPECT_EQ(loaded.config->log.level, LogLevel::debug);
  EXPECT_EQ(loaded.config->log.format, LogFormat::json);
  EXPECT_EQ(loaded.config->control.socket, ControlConfig::Socket::path);
  EXPECT_EQ(loaded.config->control.path, "/run/x.sock");
  EXPECT_EQ(loaded.config->control.permissions.mode, 0600u);
  EXPECT_EQ(loaded.config->control.permissions.group, gid_t{0});
  EXPECT_EQ(loaded.config->max_sessions, 1000u);
  EXPECT_EQ(loaded.config->close_spread, 1min);
  EXPECT_EQ(loaded.config->resolve_start_timeout, 5s);
  EXPECT_EQ(listener.bind.size(), 7u);
  EXPECT_EQ(listener.bind[3].to_string(), "127.0.0.1:4");
  EXPECT_EQ(listener.upstream, 1u);
  EXPECT_TRUE(listener.access.allow.contains(Network::parse("10.1.2.3")->first));
  EXPECT_FALSE(listener.access.allow.contains(Network::parse("11.1.2.3")->first));
  EXPECT_TRUE(listener.access.deny.contains(Network::parse("10.6.6.6")->first));
  EXPECT_EQ(listener.limits.sessions, 5u);
  EXPECT_EQ(listener.limits.per_source, 6u);
  EXPECT_EQ(listener.limits.per_source_rate, 8u);
  EXPECT_EQ(listener.limits.per_source_burst, 9u);
  EXPECT_EQ(listener.limits.handshakes, 10u);
  EXPECT_EQ(listener.limits.dry_run, (LimitSet{Limit::rate, Limit::handshakes}));
  EXPECT_TRUE(listener.access.dry_run);
  EXPECT_TRUE(listener.bandwidth.dry_run.contains(Limit::session_downstream));
  EXPECT_EQ(tried_limits(listener), (LimitSet{Limit::access, Limit::handshakes, Limit::total_upstream}))
      << "those that are set";
  EXPECT_EQ(listener.limits.ipv6_source_prefix, 56u);
  EXPECT_EQ(listener.limits.when_full, WhenFull::refuse);
  EXPECT_EQ(listener.timeouts.lifetime, 1h);
  EXPECT_EQ(listener.timeouts.lifetime_jitter, 5u);
  EXPECT_EQ(listener.timeouts.half_closed, 2s);
  EXPECT_EQ(listener.unix_socket.mode, 0600u);
  EXPECT_EQ(listener.unix_socket.owner, uid_t{0});
  EXPECT_EQ(listener.unix_socket.group, gid_t{0});
  EXPECT_EQ(listener.zero_copy, ZeroCopy::off);
  EXPECT_EQ(listener.backlog, 7);
  const auto& upstream = loaded.config->upstreams.at(1);
  EXPECT_EQ(upstream.on_removed, LiveSessions::close);
  EXPECT_EQ(upstream.resolve.interval, 5s);
  EXPECT_FALSE(upstream.resolve.required);
  EXPECT_EQ(upstream.endpoints.at(0).weight, 2u);
  EXPECT_EQ(std::get<HostPort>(upstream.endpoints[0].address), (HostPort{"db.internal", 5432}));
  EXPECT_TRUE(std::get<SocketAddress>(upstream.endpoints[2].address).is_unix());
}

TEST(Defaults, ConfigsCompareByValue) {
  const auto config = *parse(with("timeouts: {idle: 1m}")).config;
  EXPECT_EQ(*parse(with("timeouts: {idle: 60s}")).config, config);
  for (const auto* other : {"timeouts: {idle: 2m}", "timeouts: {idle: 1m}\n    access: {deny: 10.0.0.1}",
                            "timeouts: {idle: 1m}\n    client: {keepalive: {count: 5}}",
                            "timeouts: {idle: 1m}\n    unix: {mode: \"0600\"}"})
    EXPECT_NE(*parse(with(other)).config, config) << other;
  EXPECT_NE(
      *parse(with("timeouts: {idle: 1m}", "balance: round_robin\n    endpoint: {source: 10.0.0.2}")).config,
      config);
}

TEST(Defaults, UnusedUpstreamIsAllowed) {
  EXPECT_EQ(problem(with("", "", "  spare: {endpoints: \"h:1\"}")), "");
}

TEST(Defaults, AdhocConfigHasOneListener) {
  const auto config = adhoc_config("127.0.0.1:80", {"db:1", "10.0.0.1:2"});
  ASSERT_TRUE(config);
  EXPECT_EQ((*config)->listeners.at(0).name, "adhoc");
  EXPECT_EQ((*config)->listeners[0].bind.at(0).to_string(), "127.0.0.1:80");
  EXPECT_EQ((*config)->upstreams.at(0).endpoints.at(1).name, "10.0.0.1:2");
  EXPECT_TRUE(adhoc_config("nowhere", {"db:1"}).error().what.starts_with("--listen nowhere: "));
  EXPECT_TRUE(adhoc_config(":80", {"db"}).error().what.starts_with("--upstream db: "));
  EXPECT_EQ(adhoc_config(":80", {}).error().what, "--listen needs an --upstream to dial");
  EXPECT_EQ(adhoc_config("unix:/run/x", {"h:1", "h:*"}).error().what,
            "--upstream h:*: unix:/run/x has no port to dial it at");
  EXPECT_TRUE(adhoc_config("*:80", {"h:*"}));
}

}  // namespace
}  // namespace duplexd
