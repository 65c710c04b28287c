#pragma once

#include "core/config/loader.hpp"
#include "core/server.hpp"

#include <string>

namespace duplexd {

/// The output of --check: every listener, then the effective limits on this machine.
std::string check_report(const Config& config, const EffectiveLimits& limits);

/// The output of --dump-config: "path: value  # origin" for each key.
std::string dump_config(const std::vector<EffectiveValue>& values);

}  // namespace duplexd
