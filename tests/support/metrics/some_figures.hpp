#pragma once

#include "core/metrics/exposition/figures.hpp"

#include <chrono>
#include <string>

namespace duplexd::test {

/// One of everything: each name is `name`, and each metric has a sample.
inline Figures some_figures(const std::string& name) {
  Figures figures;
  figures.totals.listeners.push_back({.name = name});
  figures.totals.upstreams.push_back({.name = name});
  figures.totals.upstreams[0].endpoints.push_back({.name = name});
  figures.totals.upstreams[0].endpoints[0].failed[static_cast<std::size_t>(CloseReason::connect_refused)] = 1;
  figures.workers.resize(2);
  figures.upstreams.push_back({.name = name});
  figures.endpoints.push_back({.upstream = name, .name = name});
  figures.endpoints[0].checked = std::chrono::system_clock::time_point(std::chrono::seconds(1));
  figures.source_ports.push_back({.upstream = name, .endpoint = name, .source = name, .ports = {2, 3}});
  figures.certificates.push_back({.listener = name, .file = name});
  figures.process.version = name;
  figures.process.reloaded = std::chrono::system_clock::time_point(std::chrono::seconds(2));
  return figures;
}

}  // namespace duplexd::test
