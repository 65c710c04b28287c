#pragma once

#include "core/control/control_server.hpp"

namespace duplexd {

/// Those of the clients at one address of the admin listener, which send no bodies.
inline constexpr ControlLimits admin_limits{.body_bytes = 0, .request = std::chrono::milliseconds(5'000)};

}  // namespace duplexd
