#pragma once

#include "core/config/upstream_config.hpp"
#include "core/net/address/address.hpp"

#include <cstdint>
#include <optional>

namespace duplexd {

/// What sessions of an upstream are chosen by, if its policy goes by a hash; none: it does not.
std::optional<HashConfig> hash_rules(const UpstreamConfig& config) noexcept;

/// The hash of the part of `address` that counts by `rules`: of a client without its port, of a destination
/// with it. The same in every process. Unix clients have no address, and one hash.
std::uint64_t hash_of(const PeerAddress& address, const HashConfig& rules) noexcept;

}  // namespace duplexd
