#pragma once

#include "core/reload/generation.hpp"
#include "core/worker/worker_plan.hpp"

#include <cstdint>

namespace duplexd {

/// What `worker` has to change to go over from `before` (null: it serves nothing yet) to `next`, whose parts
/// have been made. In proportion to what differs between them.
WorkerPlan plan_of(const Generation& next, const Generation* before, std::uint32_t worker);

}  // namespace duplexd
