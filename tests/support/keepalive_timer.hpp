#pragma once

#include <cstdint>

namespace duplexd::test {

/// Whether the kernel has a keepalive timer for the connection of this process from `local` to `remote`, both
/// on 127.0.0.1: "02:" and when it is due, in proc_pid_net(5), tcp.
bool has_keepalive_timer(std::uint16_t local, std::uint16_t remote);

}  // namespace duplexd::test
