#pragma once

#include "core/config/config.hpp"
#include "daemon/probe/verdict.hpp"

#include <chrono>
#include <memory>
#include <vector>

namespace duplexd {

/// Tries what would fail only at run time. The configuration has passed its check. Ends within the time that
/// it gives names, and DialProbe::most_in_all.
std::vector<ProbeVerdict> probe(const std::shared_ptr<const Config>& config, const EffectiveLimits& limits,
                                std::chrono::sys_seconds now);

}  // namespace duplexd
