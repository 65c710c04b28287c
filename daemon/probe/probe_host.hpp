#pragma once

#include "core/config/config.hpp"
#include "daemon/probe/verdict.hpp"

#include <chrono>
#include <vector>

namespace duplexd {

// What this host and this process give. Nothing is sent, and no client notices.

/// Whether each address can be listened on, and for how many clients.
std::vector<ProbeVerdict> probe_listeners(const Config& config);
std::vector<ProbeVerdict> probe_capabilities(const Config& config);
/// Of upstreams whose endpoints have so many addresses of TCP, in the order of the configuration.
std::vector<ProbeVerdict> probe_local_ports(const Config& config, const std::vector<std::size_t>& addresses);
/// Certificates of listeners. Their files are right, which the check has found.
std::vector<ProbeVerdict> probe_certificates(const Config& config, std::chrono::sys_seconds now);

}  // namespace duplexd
