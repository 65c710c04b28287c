#pragma once

#include "core/net/byte_writing.hpp"
#include "core/net/proxy_header/proxy_introduction.hpp"

#include <cstddef>
#include <span>

namespace duplexd {

/// What both addresses of an introduction can be said as.
inline PeerAddress::Family common_family(const PeerAddress& source, const PeerAddress& destination) noexcept {
  if (source.family() == destination.family()) return source.family();
  return source.is_ip() && destination.is_ip() ? PeerAddress::Family::inet6 : PeerAddress::Family::none;
}

std::size_t write_proxy_v1(const ProxyIntroduction& introduction, std::span<std::byte> into) noexcept;
std::size_t write_proxy_v2(const ProxyIntroduction& introduction, std::span<std::byte> into) noexcept;

}  // namespace duplexd
