#include "daemon/cli/check_report.hpp"

#include "core/config/keys/settings.hpp"
#include "core/control/control_server.hpp"
#include "core/net/transparency/transparency.hpp"
#include "core/reload/parts/loops.hpp"
#include "core/reload/sockets/capability.hpp"
#include "daemon/admin/admin_check.hpp"
#include "daemon/cli/route_text.hpp"
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

void add_line(std::string& report, std::string_view key, std::string_view text) {
  fmt::format_to(std::back_inserter(report), "  {:<11} {}\n", key, text);
}

/// A line for each key, and one for each section: "timeouts   connect 5s, handshake 10s".
void add_settings(std::string& report, const std::vector<Setting>& settings) {
  for (auto at = settings.begin(); at != settings.end();) {
    const auto section = at->key.substr(0, at->key.find('.') + 1);
    if (section.empty()) {
      add_line(report, at->key, at->value);
      ++at;
      continue;
    }
    std::string text;
    for (; at != settings.end() && at->key.starts_with(section); ++at)
      text += fmt::format("{}{} {}", text.empty() ? "" : ", ", at->key.substr(section.size()), at->value);
    add_line(report, section.substr(0, section.size() - 1), text);
  }
}

std::string listener_report(const Config& config, const ListenerConfig& listener) {
  std::string report = fmt::format("listener {}\n", listener.name);
  add_line(report, "bind",
           join(listener.bind, [](const BindAddress& address) { return address.to_string(); }));
  for (const RouteConfig& route : listener.routes) add_line(report, "route", route_text(config, route));
  if (listener.upstream) add_line(report, "upstream", config.upstreams[*listener.upstream].name);
  add_settings(report, settings(listener));
  return report;
}

std::string upstream_report(const UpstreamConfig& upstream) {
  std::string report = fmt::format("upstream {}\n", upstream.name);
  add_line(report, "endpoints", join(upstream.endpoints, endpoint_text));
  add_settings(report, settings(upstream));
  return report;
}

/// The address with each port of the listeners of an upstream.
std::vector<SocketAddress> with_ports_of_listeners(const Config& config, std::size_t upstream,
                                                   SocketAddress address) {
  std::vector<SocketAddress> addresses;
  for (const ListenerConfig& listener : config.listeners) {
    if (!std::ranges::binary_search(upstreams_of(listener), upstream)) continue;
    for (const BindAddress& bind : listener.bind) {
      address.set_port(bind.address.port());
      addresses.push_back(address);
    }
  }
  return addresses;
}

/// Those that are addresses already.
std::vector<std::vector<SocketAddress>> dialled_addresses(const Config& config) {
  std::vector<std::vector<SocketAddress>> all;
  for (const UpstreamConfig& upstream : config.upstreams) {
    const std::size_t index = all.size();
    auto& addresses = all.emplace_back();
    for (const EndpointConfig& endpoint : upstream.endpoints) {
      const auto* address = std::get_if<SocketAddress>(&upstream.dialled(endpoint));
      if (address && takes_port_of_listener(*address))
        std::ranges::copy(with_ports_of_listeners(config, index, *address), std::back_inserter(addresses));
      else if (address)
        addresses.push_back(*address);
      if (upstream.via.enabled) break;
    }
  }
  return all;
}

std::string loop_warning(const UpstreamConfig& upstream, const SocketAddress& endpoint,
                         const ListenerConfig& listener) {
  return fmt::format(
      "duplexd: warning: upstreams.{}.{}[{}] is listener {}, which leads back to this upstream: it is "
      "not dialled (connect_loop); give the address of the real endpoint, or bind the listener elsewhere\n",
      upstream.name, upstream.via.enabled ? "via" : "endpoints", endpoint.to_string(), listener.name);
}

/// Of the service the unit decides, which need not be what this process may do.
std::string capability_warnings(const Config& config) {
  const auto keys = transparent_keys(config);
  std::string text;
  if (keys.empty() || may_be_transparent()) return text;
  for (const std::string& key : keys) text += fmt::format("duplexd: warning: {} {}\n", key, lacks_capability);
  return text;
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
      "  drain       {}, at a restart {}; sessions of removed endpoints end within {}\n"
      "  control     {}\n"
      "  admin       {}\n",
      limits.workers, limits.descriptors, limits.descriptors_reserved, limits.sessions, memory_text(limits),
      limits.pipes.pipes, bytes_text(limits.pipes.size), to_text(config.drain), to_text(config.restart),
      to_text(config.close_spread), control_text(config.control), admin_text(config.admin));
}

}  // namespace

std::string endpoint_text(const EndpointConfig& endpoint) {
  std::vector<std::string> notes;
  if (endpoint.weight != 1) notes.push_back(fmt::format("weight {}", endpoint.weight));
  if (endpoint.priority != 0) notes.push_back(fmt::format("priority {}", endpoint.priority));
  if (endpoint.backup) notes.emplace_back("backup");
  if (endpoint.max_sessions != 0) notes.push_back(fmt::format("{} sessions", endpoint.max_sessions));
  return notes.empty() ? endpoint.name : fmt::format("{} ({})", endpoint.name, fmt::join(notes, ", "));
}

std::string check_report(const Config& config, const EffectiveLimits& limits) {
  std::string report;
  for (const ListenerConfig& listener : config.listeners) report += listener_report(config, listener);
  for (const UpstreamConfig& upstream : config.upstreams) report += upstream_report(upstream);
  return report + process_report(config, limits);
}

std::string check_warnings(const Config& config) {
  const auto dialled = dialled_addresses(config);
  const HostAddresses host;
  const Loops loops(config, bound_addresses(config), host, dialled);
  std::string text = capability_warnings(config);
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
