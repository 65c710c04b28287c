#include "daemon/control/endpoint_target.hpp"

#include "core/config/spelling/wording.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <optional>
#include <span>
#include <utility>

namespace duplexd {
namespace {

using Names = std::vector<std::string>;

constexpr std::size_t most_listed = 20;

/// "a, b, c and 7 more"
std::string listed(const Names& names) {
  const std::span shown = std::span(names).first(std::min(names.size(), most_listed));
  const std::size_t more = names.size() - shown.size();
  return printable(
      fmt::format("{}{}", fmt::join(shown, ", "), more ? fmt::format(" and {} more", more) : ""));
}

/// `begins` as "there is no upstream" does.
Refusal no_such(std::string_view begins, std::string_view name, const Names& names) {
  const std::string near = did_you_mean(name, {names.begin(), names.end()});
  return {404, fmt::format("{} {}{}; there are: {}", begins, in_quotes(name), near, listed(names))};
}

Names upstreams_of(const Server& server) {
  Names names;
  for (const Totals::Upstream& upstream : server.totals().upstreams)
    if (server.report(upstream.name)) names.push_back(upstream.name);
  return names;
}

Names names_of(const UpstreamReport& report) {
  Names names;
  for (const EndpointReport& endpoint : report.endpoints) names.push_back(endpoint.name);
  return names;
}

OrRefusal<UpstreamReport> report_of(const Server& server, const std::string& upstream) {
  auto report = server.report(upstream);
  if (!report) return no_such("there is no upstream", upstream, upstreams_of(server));
  return *std::move(report);
}

OrRefusal<Query> query_of(std::string_view target, const std::vector<std::string_view>& known) {
  auto query = parse_query(target, known);
  if (!query) return Refusal{400, query.error().what};
  return *std::move(query);
}

std::optional<Refusal> missing(const Query& query, std::string_view name) {
  if (query.contains(name)) return std::nullopt;
  return Refusal{400, fmt::format("the parameter {} is missing", name)};
}

}  // namespace

OrRefusal<EndpointTarget> endpoint_target(const Server& server, std::string_view target,
                                          std::string_view more) {
  std::vector<std::string_view> known{"upstream", "endpoint"};
  if (!more.empty()) known.push_back(more);
  auto query = query_of(target, known);
  if (!query) return query.error();
  for (const std::string_view name : {"upstream", "endpoint"})
    if (const auto refusal = missing(*query, name)) return *refusal;
  Orders::Name name(query->find("upstream")->second, query->find("endpoint")->second);
  auto report = report_of(server, name.first);
  if (!report) return report.error();
  const auto found = std::ranges::find(report->endpoints, name.second, &EndpointReport::name);
  if (found == report->endpoints.end())
    return no_such(fmt::format("upstream {} has no endpoint", name.first), name.second, names_of(*report));
  return EndpointTarget{std::move(name), std::move(*found), *std::move(query)};
}

OrRefusal<std::vector<std::string>> upstream_targets(const Server& server, std::string_view target) {
  const auto query = query_of(target, {"upstream"});
  if (!query) return query.error();
  const auto one = query->find("upstream");
  if (one == query->end()) return upstreams_of(server);
  if (const auto report = report_of(server, one->second); !report) return report.error();
  return Names{one->second};
}

}  // namespace duplexd
