#pragma once

#include "core/metrics/exposition/figures.hpp"

#include <cstdint>

namespace duplexd {

/// Fills in what the kernel knows of this process: descriptors, memory, CPU time. What cannot be read stays
/// as it is. A few system calls; before Linux 6.2 one more for each thousand descriptors.
void read_kernels_figures(ProcessFigures& process);

/// How many ports the kernel gives to sockets that are not bound to one, for each pair of addresses
/// (ip(7): ip_local_port_range); 0: unknown, as in a sandbox.
std::uint64_t source_ports();

}  // namespace duplexd
