// What the operator may know of the endpoints that are served, and wants of them.
#include "core/reload/generations.hpp"

namespace duplexd {

std::optional<UpstreamReport> Generations::report(std::string_view upstream) const {
  const ServedUpstream* const served = current_->find_upstream(upstream);
  if (!served) return std::nullopt;
  UpstreamReport report = report_of(*served, [this](const Endpoint& endpoint) {
    const auto state = watch_.state(endpoint);
    return state ? state->last : std::nullopt;
  });
  report.sources =
      current_->sources().reports(static_cast<std::size_t>(served - current_->upstreams().data()));
  return report;
}

void Generations::begin_checks(const std::vector<EndpointState>& known) {
  checks_ = true;
  watch_.follow(*current_);
  watch_.begin_with(*current_, known);
}

void Generations::obey(const Orders::Name& endpoint, const Order& order) {
  const ServedUpstream* const upstream = current_->find_upstream(endpoint.first);
  const ServedEndpoint* const found = upstream ? upstream->find(endpoint.second) : nullptr;
  if (!found) return;
  on_standing();
  current_->obey(*upstream->account, *found->account, order);
}

bool Generations::check(const Orders::Name& endpoint) {
  const ServedUpstream* const upstream = current_->find_upstream(endpoint.first);
  if (!upstream) return false;
  bool begun = false;
  for (const Pool::Member& member : upstream->pool->members()) {
    if (member.endpoint->name == endpoint.second) begun |= watch_.check_now(*member.endpoint);
  }
  return begun;
}

}  // namespace duplexd
