#pragma once

#include "core/config/loader.hpp"
#include "core/server.hpp"

#include <string>

namespace duplexd {

/// What --check prints: every listener, then what the configuration comes to on this machine.
std::string check_report(const Config& config, const EffectiveLimits& limits);

/// What --dump-config prints: "path: value  # origin" per key.
std::string dump_config(const std::vector<EffectiveValue>& values);

}  // namespace duplexd
