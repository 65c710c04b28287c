#pragma once

#include "core/config/config.hpp"
#include "core/reload/sockets/listening.hpp"

#include <string>
#include <vector>

namespace duplexd {

/// The keys that need CAP_NET_ADMIN or CAP_NET_RAW, by their paths: "listeners.web.transparent",
/// "upstreams.app.endpoint.source". Not of listeners whose sockets were all passed to the process, which may
/// be transparent already.
std::vector<std::string> transparent_keys(const Config& config);

/// What is wrong where they are not allowed, without the key: "needs CAP_NET_ADMIN ...".
inline constexpr const char* lacks_capability =
    "needs CAP_NET_ADMIN or CAP_NET_RAW, which this process does not have; see TRANSPARENT PROXYING in "
    "duplexd(8) for what to give its unit, or leave the key out";

/// A failure that names the first of them, if this process is not allowed to use it.
StartResult<void> check_capability(const Config& config);

}  // namespace duplexd
