#include "daemon/probe/probe_host.hpp"

#include "core/net/transparency/transparency.hpp"
#include "core/reload/parts/tls_parts.hpp"
#include "core/reload/sockets/capability.hpp"
#include "daemon/probe/judgements.hpp"
#include "daemon/probe/probe_bind.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>

namespace duplexd {
namespace {

/// The first numbers of a file below /proc/sys; those that cannot be read are 0.
std::pair<std::size_t, std::size_t> numbers_of(const char* path) {
  std::ifstream file(path);
  std::pair<std::size_t, std::size_t> numbers{};
  file >> numbers.first >> numbers.second;
  return numbers;
}

/// Sessions that the operator lets an upstream have at once; 0: nobody has said.
std::size_t sessions_of(const Config& config, std::size_t upstream) {
  std::size_t sum = 0;
  for (const ListenerConfig& listener : config.listeners) {
    const auto leads_to = upstreams_of(listener);
    if (std::ranges::find(leads_to, upstream) == leads_to.end()) continue;
    if (listener.limits.sessions == 0) return config.max_sessions;
    sum += listener.limits.sessions;
  }
  return config.max_sessions == 0 ? sum : std::min(sum, config.max_sessions);
}

}  // namespace

std::vector<ProbeVerdict> probe_listeners(const Config& config) {
  std::vector<ProbeVerdict> all;
  const std::size_t somaxconn = numbers_of("/proc/sys/net/core/somaxconn").first;
  for (const ListenerConfig& listener : config.listeners) {
    ListenOptions options;
    options.network = listener.client.network;
    options.transparent = listener.transparent;
    for (const BindAddress& bind : listener.bind)
      all.push_back(
          probe_bind(fmt::format("listener {} {}", listener.name, bind.to_string()), bind, options));
    all.push_back(judge_backlog(fmt::format("backlog of listener {}", listener.name),
                                static_cast<std::size_t>(listener.backlog), somaxconn));
  }
  return all;
}

std::vector<ProbeVerdict> probe_capabilities(const Config& config) {
  std::vector<ProbeVerdict> all;
  const bool may = may_be_transparent();
  for (const std::string& key : transparent_keys(config))
    all.push_back(judge_capability(key, may, lacks_capability));
  return all;
}

std::vector<ProbeVerdict> probe_local_ports(const Config& config, const std::vector<std::size_t>& addresses) {
  std::vector<ProbeVerdict> all;
  const auto [first, last] = numbers_of("/proc/sys/net/ipv4/ip_local_port_range");
  for (std::size_t i = 0; i < config.upstreams.size(); ++i) {
    const UpstreamConfig& upstream = config.upstreams[i];
    if (addresses[i] == 0 || upstream.source_is_client) continue;
    all.push_back(judge_ports({.upstream = upstream.name,
                               .ports = last >= first ? last - first + 1 : 0,
                               .sources = std::max<std::size_t>(upstream.source.size(), 1),
                               .endpoints = addresses[i],
                               .sessions = sessions_of(config, i)}));
  }
  return all;
}

std::vector<ProbeVerdict> probe_certificates(const Config& config, std::chrono::sys_seconds now) {
  std::vector<ProbeVerdict> all;
  TlsParts parts;
  for (const ListenerConfig& listener : config.listeners)
    parts.listeners.push_back(
        listener.tls.enabled ? ListenerTls::make(listener.tls, listener.name, nullptr, now).tls : nullptr);
  for (const CertificateReport& each : parts.certificates(config))
    all.push_back(
        judge_certificate({.item = fmt::format("certificate of listener {} {}", each.listener, each.file),
                           .names = each.names,
                           .days_left = each.days_left(now)}));
  return all;
}

}  // namespace duplexd
