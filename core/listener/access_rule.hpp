#pragma once

#include "core/config/config.hpp"
#include "core/net/address/address.hpp"

#include <cstdint>

namespace duplexd {

/// The rule that decides whether a client may connect.
enum class AccessRule : std::uint8_t {
  none,         ///< no rule is about it: it may
  allowed,      ///< `allow` has its address: it may
  denied,       ///< `deny` has its address
  not_allowed,  ///< `allow` has others
};

inline AccessRule access_rule(const AccessConfig& access, const PeerAddress& client) noexcept {
  if (!client.is_ip()) return AccessRule::none;
  if (access.deny.contains(client.ip())) return AccessRule::denied;
  if (access.allow.empty()) return AccessRule::none;
  return access.allow.contains(client.ip()) ? AccessRule::allowed : AccessRule::not_allowed;
}

constexpr bool admits(AccessRule rule) noexcept {
  return rule == AccessRule::none || rule == AccessRule::allowed;
}

}  // namespace duplexd
