#pragma once

#include "core/config/config.hpp"
#include "core/net/tunnel/tunnel.hpp"
#include "core/reload/parts/served.hpp"
#include "core/reload/sockets/listening.hpp"

#include <memory>
#include <vector>

namespace duplexd {

/// How the proxies of a snapshot are asked, in the order of its upstreams; null: there is none.
using Tunnels = std::vector<std::shared_ptr<const Tunnel>>;

/// Reads the files with passwords. Those of `before` (null: there are none) are taken over where the
/// configuration is the same, unless they are to be read `again`. A failure names the key. Throws
/// std::bad_alloc alone.
StartResult<Tunnels> make_tunnels(const Config& config, const std::vector<ServedUpstream>* before,
                                  bool again);

/// What is wrong with the file of the password, "" if nothing is.
std::string password_problem(const ViaConfig& via);

}  // namespace duplexd
