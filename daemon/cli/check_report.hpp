#pragma once

#include "core/config/loader.hpp"
#include "core/server.hpp"

#include <string>

namespace duplexd {

/// The output of --check: every listener and upstream with its settings, then the effective limits on this
/// machine.
std::string check_report(const Config& config, const EffectiveLimits& limits);

/// What --check warns of, a line each: endpoints that are listeners of duplexd and lead back to the upstream
/// that dials them. Of host names and inherited sockets it knows nothing.
std::string check_warnings(const Config& config);

/// The output of --dump-config: "path: value  # origin" for each key.
std::string dump_config(const std::vector<EffectiveValue>& values);

}  // namespace duplexd
