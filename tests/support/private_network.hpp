#pragma once

#include <functional>

namespace duplexd::test {

/// Runs `work` on a thread whose network is its own (network_namespaces(7)) and has loopback only, which is
/// up. False, and nothing is run, where the user may not make one.
bool on_private_network(const std::function<void()>& work);

}  // namespace duplexd::test
