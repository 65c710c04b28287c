#pragma once

#include "core/upstream/policies/candidates.hpp"

#include <chrono>

namespace duplexd {

/// The endpoint to dial beside an attempt at `endpoint` (RFC 8305, section 5): an address of the same name
/// and of the other family that `candidates` has. Several take turns by Pick::turn. None: there is no such
/// address, or the pool has no address of the name any more.
Choice other_family(const Pool& pool, const Endpoint& endpoint, Candidates& candidates) noexcept;

/// Whether an endpoint at this address can be dialled from the address of the client.
bool can_dial_as(const PeerAddress& client, const SocketAddress& endpoint) noexcept;

/// Whether an attempt that has lost to the other family shows that its address is silent. It does if it took
/// 100 ms, the least delay that RFC 8305 (section 5) recommends, unless other sessions had an answer
/// meanwhile.
bool is_silence(std::chrono::milliseconds took, bool answered_others) noexcept;

}  // namespace duplexd
