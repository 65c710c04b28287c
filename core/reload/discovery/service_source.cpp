#include "core/reload/discovery/service_source.hpp"

#include "core/reload/discovery/service_endpoints.hpp"

namespace duplexd {

std::optional<std::vector<EndpointConfig>> ServiceSource::endpoints() const {
  const auto& targets = answer_.state().targets;
  return targets ? std::optional(endpoints_of(entry_, *targets)) : std::nullopt;
}

SourceReport ServiceSource::report() const {
  const NameState& state = answer_.state();
  SourceReport report{.name = answer_.host(), .failure = std::string(state.failure)};
  if (state.targets) report.endpoints = state.targets->size();
  if (!state.failure.empty()) report.failed = state.failed;
  return report;
}

}  // namespace duplexd
