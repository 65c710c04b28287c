#include "core/reload/held_endpoints.hpp"

#include "core/reload/generation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <utility>

namespace duplexd {
namespace {

bool has_sources(const Generation& generation, std::size_t upstream) {
  const auto is_its = [&](const auto& source) { return source.upstream == upstream; };
  return std::ranges::any_of(generation.sources().all(), is_its);
}

/// What a source has instead of endpoints; "": nothing.
std::string why_no_entry(const Generation& generation, std::size_t upstream) {
  for (const SourceReport& report : generation.sources().reports(upstream)) {
    if (!report.left_out.empty()) return fmt::format("{}: left out: {}", report.name, report.left_out);
    if (report.endpoints.value_or(0) > 0)
      return fmt::format("{}: none of its entries is an endpoint", report.name);
  }
  return {};
}

bool have_same_sources(const UpstreamConfig& one, const UpstreamConfig& other) {
  return one.endpoints == other.endpoints && one.etcd == other.etcd && one.consul == other.consul;
}

std::string why_unresolved(const ServedUpstream& upstream) {
  for (const ServedEndpoint& endpoint : upstream.endpoints) {
    if (!endpoint.host()) continue;
    const std::string_view failure = endpoint.name.state().failure;
    return fmt::format("none of the endpoints that there are now has an address (host {}: {})",
                       endpoint.name.host(), failure.empty() ? "no answer yet" : failure);
  }
  return {};
}

/// Why the upstream would have nothing to dial; "": it has, or its sources say that there are no endpoints.
std::string why_out_of_service(const Generation& generation, std::size_t index) {
  const ServedUpstream& upstream = generation.upstreams()[index];
  if (upstream.endpoints.empty()) return why_no_entry(generation, index);
  const auto has_address = [](const ServedEndpoint& endpoint) { return !endpoint.addresses().empty(); };
  return std::ranges::any_of(upstream.endpoints, has_address) ? "" : why_unresolved(upstream);
}

}  // namespace

HeldEndpoints held_endpoints(const Generation& next, const Generation& current) {
  HeldEndpoints held;
  for (std::size_t i = 0; i < next.upstreams().size(); ++i) {
    const ServedUpstream& upstream = next.upstreams()[i];
    const ServedUpstream* const earlier = current.find(*upstream.account);
    if (!earlier || earlier->pool->members().empty() || !has_sources(next, i)) continue;
    const auto place = static_cast<std::size_t>(earlier - current.upstreams().data());
    if (!have_same_sources(next.asked_for().upstreams[i], current.asked_for().upstreams[place])) continue;
    const std::string why = why_out_of_service(next, i);
    if (why.empty()) continue;
    if (held.empty()) held.why = fmt::format("upstream {}: {}", upstream.name(), why);
    held.of_upstream.emplace(upstream.name(), current.config().upstreams[place].endpoints);
  }
  return held;
}

std::shared_ptr<const Config> with_held(std::shared_ptr<const Config> config, const HeldEndpoints& held) {
  if (held.empty()) return config;
  auto result = std::make_shared<Config>(*config);
  for (UpstreamConfig& upstream : result->upstreams) {
    const auto kept = held.of_upstream.find(upstream.name);
    if (kept != held.of_upstream.end()) upstream.endpoints = kept->second;
  }
  return result;
}

}  // namespace duplexd
