#include "core/reload/discovery/catalog_source.hpp"

namespace duplexd {

std::vector<CatalogQuestion> questions_of(const UpstreamConfig& upstream) {
  std::vector<CatalogQuestion> questions;
  if (upstream.etcd.enabled) questions.emplace_back(upstream.etcd);
  if (upstream.consul.enabled) questions.emplace_back(upstream.consul);
  return questions;
}

SourceReport CatalogSource::report() const {
  const CatalogState& state = answer_.state();
  SourceReport report{.name = answer_.name(), .failure = state.failure, .left_out = state.left_out};
  if (state.endpoints) report.endpoints = state.endpoints->size();
  if (state.succeeded != CatalogState::Time()) report.succeeded = state.succeeded;
  if (state.failed != CatalogState::Time()) report.failed = state.failed;
  return report;
}

}  // namespace duplexd
