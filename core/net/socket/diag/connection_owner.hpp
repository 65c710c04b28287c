#pragma once

#include "core/net/address/address.hpp"

#include <sys/types.h>

#include <optional>

namespace duplexd {

/// The user of the socket of this host that dialled `to` from `from` (sock_diag(7)). None: it is of another
/// host, or the kernel does not tell. Costs four system calls.
std::optional<uid_t> owner_of_connection(const SocketAddress& from, const SocketAddress& to) noexcept;

}  // namespace duplexd
