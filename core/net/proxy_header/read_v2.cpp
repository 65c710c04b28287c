// Section 2.2 of proxy-protocol.txt.
#include "core/net/address/address_text.hpp"
#include "core/net/proxy_header/proxy_tlv.hpp"
#include "core/net/proxy_header/versions.hpp"
#include "core/net/proxy_header/wire.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>

namespace duplexd {
namespace {

using State = ProxyReading::State;

// The family of the addresses, and the protocol.
constexpr std::uint8_t unspecified_block = 0, inet_block = 1, inet6_block = 2, unix_block = 3;
constexpr std::uint8_t stream_protocol = 1, datagram_protocol = 2;

/// Of one address, without its port.
constexpr std::array<std::size_t, 4> address_sizes{0, 4, 16, 108};
constexpr std::size_t port_size = 2;
static_assert(sizeof(sockaddr_un::sun_path) == address_sizes[unix_block]);

std::size_t both_addresses(std::uint8_t family) noexcept {
  const bool has_ports = family == inet_block || family == inet6_block;
  return 2 * (address_sizes[family] + (has_ports ? port_size : 0));
}

SocketAddress ip_address(std::string_view bytes, std::uint32_t port) noexcept {
  PeerAddress::Bytes ip{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  std::memcpy(ip.data() + ip.size() - bytes.size(), bytes.data(), bytes.size());
  return socket_address(ip, static_cast<std::uint16_t>(port));
}

/// A path ends with its first zero, an abstract name with its last byte that is none.
SocketAddress unix_address(std::string_view bytes) noexcept {
  const bool is_abstract = bytes.front() == '\0';
  const auto end =
      is_abstract ? bytes.find_last_not_of('\0') + 1 : std::min(bytes.find('\0'), bytes.size() - 1) + 1;
  sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
  std::memcpy(address.sun_path, bytes.data(), end);
  return {reinterpret_cast<const sockaddr*>(&address),
          static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + end)};
}

/// `block` begins with the addresses.
void take_addresses(std::string_view block, std::uint8_t family, ProxyHeader& header) noexcept {
  const std::size_t size = address_sizes[family];
  const auto source = block.substr(0, size), destination = block.substr(size, size);
  if (family == unix_block) {
    header.source = unix_address(source);
    header.destination = unix_address(destination);
  } else if (family != unspecified_block) {
    header.source = ip_address(source, number_at(block, 2 * size, port_size));
    header.destination = ip_address(destination, number_at(block, 2 * size + port_size, port_size));
  }
}

ProxyReading read_block(std::string_view whole, std::uint8_t family, std::uint8_t protocol) noexcept {
  const auto tlvs = proxy_head_size + both_addresses(family);
  if (const auto fault = fault_of_tlvs(whole, tlvs); !fault.empty()) return broken_proxy(fault);
  ProxyReading reading{.state = State::header,
                       .header = {.size = whole.size(), .tlvs = bytes_of(whole.substr(tlvs))}};
  if (protocol == stream_protocol) take_addresses(whole.substr(proxy_head_size), family, reading.header);
  return reading;
}

}  // namespace

// Each byte is judged as soon as it is there, so that pieces are judged as the whole is.
ProxyReading read_proxy_v2(std::string_view seen, std::size_t most) noexcept {
  const auto has = [seen](std::size_t bytes) { return seen.size() >= bytes; };
  const auto byte_at = [seen](std::size_t at) { return static_cast<std::uint8_t>(seen[at]); };
  const std::size_t command_at = proxy_signature_v2.size(), family_at = command_at + 1;
  if (!has(family_at)) return {.state = State::more};
  const std::uint8_t command = byte_at(command_at) & 0x0f;
  if (byte_at(command_at) >> 4 != 2) return broken_proxy("the version is not 2");
  if (command > 1) return broken_proxy("the command is unknown");
  const bool is_local = command == 0;

  if (!has(family_at + 1)) return {.state = State::more};
  const std::uint8_t family = byte_at(family_at) >> 4, protocol = byte_at(family_at) & 0x0f;
  if (!is_local && (family > unix_block || protocol > datagram_protocol))
    return broken_proxy("the protocol is unknown");

  if (!has(proxy_head_size)) return {.state = State::more};
  const std::size_t length = number_at(seen, family_at + 1, 2), size = proxy_head_size + length;
  if (size > most) return {.state = State::too_long};
  if (!is_local && length < both_addresses(family)) return broken_proxy("it is too short for its addresses");
  if (!has(size)) return {.state = State::more};
  if (is_local) return {.state = State::header, .header = {.command = ProxyCommand::local, .size = size}};
  return read_block(seen.substr(0, size), family, protocol);
}

}  // namespace duplexd
