#pragma once

#include "core/config/config.hpp"
#include "daemon/probe/verdict.hpp"

#include <memory>
#include <vector>

namespace duplexd {

/// What was found about endpoints.
struct ProbedEndpoints {
  std::vector<ProbeVerdict> verdicts;
  std::vector<std::size_t> addresses;  ///< of TCP, of each upstream
};

/// Looks up every name and service, dials every endpoint, and makes the check of each once. An endpoint is
/// sent nothing but what its check sends. So many are dialled at once as the host stands, and all of it ends
/// after the timeouts of the configuration.
ProbedEndpoints probe_endpoints(const std::shared_ptr<const Config>& config);

}  // namespace duplexd
