// The sections that `defaults`, listeners and upstreams have in common.
#include "core/config/reading/sections.hpp"

#include <climits>

namespace duplexd {
namespace {

using namespace std::chrono_literals;

constexpr Duration year = 365 * 24h;

// The limits of the kernel: TCP_USER_TIMEOUT is an int of milliseconds, keepalive takes 32,767 seconds and
// 127 probes, and the buffer sizes are doubled in an int.
constexpr Duration longest_user_timeout = 24 * 24h;
constexpr std::chrono::seconds longest_keepalive = 9h;
constexpr int most_probes = 127;
constexpr std::size_t largest_buffer = std::size_t{INT_MAX} / 2 + 1;

/// "10.0.0.5" or "2001:db8::5", without a port: the kernel chooses it.
Spelling<SocketAddress> source_address() {
  return {[](std::string_view text) -> Parsed<SocketAddress> {
            const bool ipv6 = text.find(':') != std::string_view::npos;
            const auto address =
                SocketAddress::parse(ipv6 ? fmt::format("[{}]:0", text) : fmt::format("{}:0", text));
            if (!address || address->is_unix()) return ParseError{"is not an IP address without a port"};
            return *address;
          },
          [](const SocketAddress& address) {
            auto text = address.to_string();
            text.erase(text.rfind(':'));
            return yaml_scalar(text.starts_with('[') ? text.substr(1, text.size() - 2) : text);
          },
          R"(an address of this host, such as 10.0.0.5 or "2001:db8::5")",
          {}};
}

/// Made once, because a configuration may have thousands of listeners.
struct Spellings {
  Spelling<LogLevel> log_level = one_of<LogLevel>({{"error", LogLevel::error},
                                                   {"warning", LogLevel::warning},
                                                   {"info", LogLevel::info},
                                                   {"debug", LogLevel::debug}});
  Spelling<LogFormat> log_format = one_of<LogFormat>({{"auto", LogFormat::automatic},
                                                      {"logfmt", LogFormat::logfmt},
                                                      {"json", LogFormat::json},
                                                      {"journald", LogFormat::journald}});
  Spelling<WhenFull> when_full = one_of<WhenFull>({{"wait", WhenFull::wait}, {"refuse", WhenFull::refuse}});
  Spelling<Duration> connect = duration(1ms, 1h);
  Spelling<Duration> timeout = word_or<Duration>("off", 0ms, duration(1ms, year));
  Spelling<unsigned> jitter = percent(90);
  Spelling<bool> nodelay = boolean();
  Spelling<std::chrono::seconds> keepalive_time = whole_seconds(1s, longest_keepalive);
  Spelling<int> keepalive_count = number(1, most_probes);
  Spelling<Duration> user_timeout = word_or<Duration>("off", 0ms, duration(1ms, longest_user_timeout));
  Spelling<std::size_t> buffer = word_or<std::size_t>("auto", 0, byte_size(1024, largest_buffer));
  Spelling<SocketAddress> source = source_address();
};

const Spellings& spellings() {
  static const Spellings all;
  return all;
}

void read_keepalive(MapReader& options, Keepalive& config) {
  constexpr std::string_view key = "keepalive";
  if (options.has(key)) config.enabled = !options.is_off(key);
  if (!config.enabled) return options.add_effective(key, "off");
  options.section(key, [&](MapReader& keepalive) {
    keepalive.value("idle", config.idle, spellings().keepalive_time);
    keepalive.value("interval", config.interval, spellings().keepalive_time);
    keepalive.value("count", config.count, spellings().keepalive_count);
  });
}

}  // namespace

void read_log(MapReader& log, LogConfig& config) {
  log.value("level", config.level, spellings().log_level);
  log.value("format", config.format, spellings().log_format);
}

void read_start_timeout(MapReader& resolve, Duration& config) {
  resolve.value("start_timeout", config, duration(1s, 10min));
}

void read_when_full(MapReader& limits, WhenFull& config) {
  limits.value("when_full", config, spellings().when_full);
}

void read_timeouts(MapReader& timeouts, Timeouts& config) {
  timeouts.value("connect", config.connect, spellings().connect);
  timeouts.value("handshake", config.handshake, spellings().connect);
  timeouts.value("idle", config.idle, spellings().timeout);
  timeouts.value("half_closed", config.half_closed, spellings().timeout);
  timeouts.value("lifetime", config.lifetime, spellings().timeout);
  timeouts.value("lifetime_jitter", config.lifetime_jitter, spellings().jitter);
}

void read_socket_options(MapReader& options, SocketOptions& config) {
  options.value("nodelay", config.nodelay, spellings().nodelay);
  read_keepalive(options, config.keepalive);
  options.value("user_timeout", config.user_timeout, spellings().user_timeout);
  options.value("receive_buffer", config.receive_buffer, spellings().buffer);
  options.value("send_buffer", config.send_buffer, spellings().buffer);
}

void read_endpoint_options(MapReader& options, EndpointOptions& config) {
  read_socket_options(options, config.sockets);
  options.list("source", config.source, spellings().source);
}

Defaults read_defaults(MapReader& top, Config& config) {
  Defaults result;
  top.section("defaults", [&](MapReader& defaults) {
    defaults.section("limits", [&](MapReader& limits) { read_when_full(limits, result.when_full); });
    defaults.section("timeouts", [&](MapReader& timeouts) {
      read_timeouts(timeouts, result.timeouts);
      timeouts.value("drain", config.drain, spellings().timeout);
      timeouts.value("close_spread", config.close_spread, spellings().timeout);
    });
    defaults.section("client", [&](MapReader& client) { read_socket_options(client, result.client); });
    defaults.section("endpoint",
                     [&](MapReader& endpoint) { read_endpoint_options(endpoint, result.endpoint); });
  });
  return result;
}

}  // namespace duplexd
