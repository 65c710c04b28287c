#pragma once

#include "core/reload/explain/explanation.hpp"
#include "core/reload/generation.hpp"

namespace duplexd {

/// What would become of a client of this generation, which is served. Sends nothing, and changes nothing. On
/// the control thread.
ExplainResult explain(const Generation& served, const ProcessLimits& process,
                      const ExplainQuestion& question);

}  // namespace duplexd
