#include "daemon/cli/check_report.hpp"

#include "core/control/control_server.hpp"
#include "core/reload/loops.hpp"
#include "daemon/cli/text_units.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <iterator>

namespace duplexd {
namespace {

template <class Items, class ToText>
std::string join(const Items& items, ToText to_text) {
  std::vector<std::string> texts;
  std::transform(items.begin(), items.end(), std::back_inserter(texts), to_text);
  return fmt::format("{}", fmt::join(texts, ", "));
}

std::string endpoint_text(const EndpointConfig& endpoint) {
  return endpoint.weight == 1 ? endpoint.name : fmt::format("{} (weight {})", endpoint.name, endpoint.weight);
}

std::string upstream_text(const UpstreamConfig& upstream) {
  return fmt::format("{}: {}", upstream.name, join(upstream.endpoints, endpoint_text));
}

std::string_view to_word(OnRemoved policy) {
  switch (policy) {
    case OnRemoved::keep:
      return "keep";
    case OnRemoved::drain:
      return "drain";
    case OnRemoved::close:
      break;
  }
  return "close";
}

std::string number_or_off(std::size_t number) { return number == 0 ? "off" : fmt::to_string(number); }

std::string limits_text(const ListenerConfig& listener) {
  const ListenerLimits& limits = listener.limits;
  return fmt::format("sessions {} (when full: {}), per_source {} (IPv6 by /{}), backlog {}",
                     number_or_off(limits.sessions), limits.when_full == WhenFull::wait ? "wait" : "refuse",
                     number_or_off(limits.per_source), limits.ipv6_source_prefix, listener.backlog);
}

std::string timeouts_text(const Timeouts& timeouts) {
  const std::string jitter =
      timeouts.lifetime.count() == 0 ? "" : fmt::format(" (less up to {} %)", timeouts.lifetime_jitter);
  return fmt::format("connect {}, handshake {}, idle {}, half_closed {}, lifetime {}{}",
                     to_text(timeouts.connect), to_text(timeouts.before_relay()), to_text(timeouts.idle),
                     to_text(timeouts.half_closed), to_text(timeouts.lifetime), jitter);
}

std::string listener_report(const Config& config, const ListenerConfig& listener) {
  std::string report = fmt::format("listener {}\n", listener.name);
  const auto add = [&](std::string_view key, const std::string& text) {
    fmt::format_to(std::back_inserter(report), "  {:<11}{}\n", key, text);
  };
  add("bind", join(listener.bind, [](const BindAddress& address) { return address.to_string(); }));
  const UpstreamConfig& upstream = config.upstreams[listener.upstream];
  add("upstream", upstream_text(upstream));
  add("on_removed", std::string(to_word(upstream.on_removed)));
  add("limits", limits_text(listener));
  add("timeouts", timeouts_text(listener.timeouts));
  add("zero_copy", listener.zero_copy == ZeroCopy::off ? "off" : "auto");
  return report;
}

/// Those that are addresses already.
std::vector<std::vector<SocketAddress>> dialled_addresses(const Config& config) {
  std::vector<std::vector<SocketAddress>> all;
  for (const UpstreamConfig& upstream : config.upstreams) {
    auto& addresses = all.emplace_back();
    for (const EndpointConfig& endpoint : upstream.endpoints) {
      if (const auto* address = std::get_if<SocketAddress>(&endpoint.address)) addresses.push_back(*address);
    }
  }
  return all;
}

std::string loop_warning(const UpstreamConfig& upstream, const SocketAddress& endpoint,
                         const ListenerConfig& listener) {
  return fmt::format(
      "duplexd: warning: upstreams.{}.endpoints[{}] is listener {}, which leads back to this upstream: it is "
      "not dialled (connect_loop); give the address of the real endpoint, or bind the listener elsewhere\n",
      upstream.name, endpoint.to_string(), listener.name);
}

std::string memory_text(const EffectiveLimits& limits) {
  return fmt::format("{} per idle session, {} if both its peers stop reading; {} to {} for all sessions",
                     bytes_text(limits.session_bytes_idle), bytes_text(limits.session_bytes_most),
                     mebibytes_text(limits.session_bytes_idle * limits.sessions),
                     mebibytes_text(limits.session_bytes_most * limits.sessions));
}

std::string control_text(const ControlConfig& control) {
  if (control.socket != ControlConfig::Socket::path) return "off";
  const ControlLimits limits;
  return fmt::format("{}, {} clients at once, {} of one user", control.path, limits.clients,
                     limits.clients_per_uid);
}

std::string process_report(const Config& config, const EffectiveLimits& limits) {
  return fmt::format(
      "process\n"
      "  workers     {}\n"
      "  descriptors {} (RLIMIT_NOFILE), {} of them not for sessions\n"
      "  sessions    {} at once\n"
      "  memory      {}\n"
      "  pipes       {} of {}, for zero_copy\n"
      "  drain       {}; sessions of removed endpoints end within {}\n"
      "  control     {}\n",
      limits.workers, limits.descriptors, limits.descriptors_reserved, limits.sessions, memory_text(limits),
      limits.pipes.pipes, bytes_text(limits.pipes.size), to_text(config.drain), to_text(config.close_spread),
      control_text(config.control));
}

}  // namespace

std::string check_report(const Config& config, const EffectiveLimits& limits) {
  std::string report;
  for (const ListenerConfig& listener : config.listeners) report += listener_report(config, listener);
  return report + process_report(config, limits);
}

std::string check_warnings(const Config& config) {
  const auto dialled = dialled_addresses(config);
  const HostAddresses host;
  const Loops loops(config, bound_addresses(config), host, dialled);
  std::string text;
  for (std::size_t i = 0; i < dialled.size(); ++i) {
    for (const SocketAddress& endpoint : dialled[i]) {
      if (const Bound* const back = loops.way_back(i, endpoint))
        text += loop_warning(config.upstreams[i], endpoint, config.listeners[back->listener]);
    }
  }
  return text;
}

std::string dump_config(const std::vector<EffectiveValue>& values) {
  std::string text;
  for (const EffectiveValue& value : values) {
    fmt::format_to(std::back_inserter(text), "{}: {}  # {}\n", value.path, value.value, value.origin);
  }
  return text;
}

}  // namespace duplexd
