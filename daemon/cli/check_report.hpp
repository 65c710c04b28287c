#pragma once

#include "core/config/loader.hpp"
#include "core/server.hpp"

#include <string>

namespace duplexd {

/// The output of --check: two lines for each listener, then what the process may have on this machine.
std::string check_summary(const Config& config, const EffectiveLimits& limits);

/// The output of --check --verbose: every listener and upstream with its settings, then the effective limits
/// on this machine.
std::string check_report(const Config& config, const EffectiveLimits& limits);

/// "10.0.0.1:80 (weight 2, backup)"
std::string endpoint_text(const EndpointConfig& endpoint);

/// What --check warns of, a line each: endpoints that are listeners of duplexd and lead back to the upstream
/// that dials them. Of host names and inherited sockets it knows nothing.
std::string check_warnings(const Config& config);

/// The output of --dump-config: "path: value  # origin" for each key.
std::string dump_config(const std::vector<EffectiveValue>& values);

}  // namespace duplexd
