#pragma once

#include "core/net/address/address.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace duplexd {

// The PROXY protocol: a proxy names its client before the client's first byte (proxy-protocol.txt of
// HAProxy). Nothing here allocates.

enum class ProxyVersion : std::uint8_t {
  v1,  ///< a line of text
  v2,  ///< binary
};

enum class ProxyCommand : std::uint8_t {
  local,  ///< the proxy itself is the client, such as for a check
  proxy,
};

/// What a header says.
struct ProxyHeader {
  ProxyCommand command = ProxyCommand::proxy;
  SocketAddress source{};             ///< the client; AF_UNSPEC: not said. An IPv4-mapped address is IPv4
  SocketAddress destination{};        ///< that the client came to; AF_UNSPEC with `source`
  std::size_t size = 0;               ///< in bytes; the client's bytes follow
  std::span<const std::byte> tlvs{};  ///< a view into what was read; every TLV has its form (proxy_tlv.hpp)
};

struct ProxyReading {
  enum class State : std::uint8_t {
    more,      ///< the header is not complete
    header,    ///< it begins with one
    none,      ///< it begins with none
    broken,    ///< it begins as one and is none
    too_long,  ///< the header is longer than allowed
  };
  State state = State::more;
  std::string_view reason{};  ///< of `broken`: "the checksum does not match"; lives for ever
  ProxyHeader header{};
};

/// Reads the first bytes of a connection. Of a header in pieces, the first piece that decides decides as all
/// bytes together do. `most` is the size of a header of version 2; a line of version 1 has at most 107 bytes.
/// Datagrams and unspecified protocols of version 2 have no address here.
ProxyReading read_proxy_header(std::span<const std::byte> seen, std::size_t most) noexcept;

}  // namespace duplexd
