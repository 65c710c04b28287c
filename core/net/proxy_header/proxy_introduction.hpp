#pragma once

#include "core/net/proxy_header/proxy_header.hpp"
#include "core/net/proxy_header/proxy_tlv.hpp"

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

namespace duplexd {

/// What an endpoint is told of a client. Version 1 has only the addresses, and so has `local` nothing at all.
struct ProxyIntroduction {
  ProxyCommand command = ProxyCommand::proxy;
  SocketAddress source{};       ///< the client
  SocketAddress destination{};  ///< that the client came to
  // A text that is "" is not sent.
  std::string_view unique_id{};  ///< at most longest_unique_id bytes
  std::string_view authority{};
  std::string_view alpn{};
  std::optional<ProxySsl> ssl{};
  /// Fields of ProxyHeader::tlvs to pass on. Those whose types are sent anyway, checksums and padding are
  /// left out.
  std::span<const std::byte> received{};
  bool checksum = false;
};

/// A line of version 1, and a header of version 2 without fields, have room in so many bytes.
inline constexpr std::size_t plain_proxy_header = 16 + 216;

/// Returns the size of the header at the begin of `into`; 0: it does not fit there, or into 64 KiB. Addresses
/// of which only one is known, or which are of different kinds, are not said.
std::size_t write_proxy_header(ProxyVersion version, const ProxyIntroduction& introduction,
                               std::span<std::byte> into) noexcept;

}  // namespace duplexd
