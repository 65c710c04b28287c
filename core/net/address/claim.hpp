#pragma once

#include "core/net/address/address.hpp"

#include <span>

namespace duplexd {

/// The clients that a listening socket asks the kernel for: those of `address`, and with `dual_stack` those
/// of every IPv4 address, too.
struct Claim {
  SocketAddress address;
  bool dual_stack = false;
  unsigned interface = 0;  ///< index of the only one that its clients come by; 0: any
  friend bool operator==(const Claim&, const Claim&) = default;
};

/// Not of an `inherited` one.
Claim claim_of(const BindAddress& bind, unsigned interface = 0) noexcept;

/// Whether a client could ask for either: the kernel then refuses the second unless both allow it
/// (SO_REUSEPORT, socket(7)), and gives a client to the narrower one. No claim to port 0 overlaps.
bool overlap(const Claim& one, const Claim& other) noexcept;

/// Whether a client that dials `address` of this host, and is not redirected, comes to one of `claims`.
/// Costs a socket for a wildcard of the same port.
bool is_claimed(std::span<const Claim> claims, const SocketAddress& address) noexcept;

}  // namespace duplexd
