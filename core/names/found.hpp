#pragma once

#include "core/names/name_state.hpp"
#include "core/net/host_addresses.hpp"

#include <ares.h>

#include <string_view>
#include <vector>

namespace duplexd {

/// The addresses in the order of c-ares.
std::vector<SocketAddress> addresses_of(const ares_addrinfo* found);

/// Without those of a family that the host has no address of, beside loopback; all if there are no others.
std::vector<SocketAddress> usable(std::vector<SocketAddress> addresses, const HostAddresses& host);

/// What a status of c-ares means for a name, as a text that lives as long as the process.
std::string_view words_of(int status) noexcept;

}  // namespace duplexd
