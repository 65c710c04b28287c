#include "core/net/address/address.hpp"

#include "core/net/address/address_text.hpp"

#include <fmt/format.h>

#include <net/if.h>
#include <netinet/in.h>

#include <algorithm>
#include <cstddef>
#include <cstring>

namespace duplexd {
namespace {

constexpr std::size_t path_offset = offsetof(sockaddr_un, sun_path);

/// The size to keep of an address of this family and size; 0 if the address does not fit.
socklen_t accepted_size(int family, socklen_t size) noexcept {
  switch (family) {
    case AF_INET:
      return size >= sizeof(sockaddr_in) ? sizeof(sockaddr_in) : 0;
    case AF_INET6:
      return size >= sizeof(sockaddr_in6) ? sizeof(sockaddr_in6) : 0;
    case AF_UNIX:  // getsockname(2) counts a final NUL that did not fit
      return std::min<socklen_t>(size, sizeof(sockaddr_un));
    default:
      return 0;
  }
}

std::string scope_to_string(std::uint32_t scope) {
  std::array<char, IF_NAMESIZE> name{};
  if (scope == 0) return {};
  return ::if_indextoname(scope, name.data()) ? fmt::format("%{}", name.data()) : fmt::format("%{}", scope);
}

}  // namespace

SocketAddress::SocketAddress() noexcept : bytes_{}, size_(0) {}

SocketAddress::SocketAddress(const sockaddr* address, socklen_t size) noexcept : SocketAddress() {
  if (size < sizeof(sa_family_t)) return;
  size_ = accepted_size(address->sa_family, size);
  std::memcpy(&bytes_, address, size_);
  // Padding has no meaning, but would take part in comparison.
  if (family() == AF_INET) std::fill_n(bytes_.begin() + offsetof(sockaddr_in, sin_zero), 8, std::byte{});
}

SocketAddress SocketAddress::any(int family, std::uint16_t port) noexcept {
  sockaddr_storage storage{};  // INADDR_ANY and in6addr_any are all zeros
  storage.ss_family = static_cast<sa_family_t>(family);
  const bool ip = family == AF_INET || family == AF_INET6;
  SocketAddress address(reinterpret_cast<const sockaddr*>(&storage), ip ? sizeof storage : 0);
  address.set_port(port);
  return address;
}

std::optional<SocketAddress> SocketAddress::on_interface(SocketAddress address,
                                                         std::string_view name) noexcept {
  if (name.size() >= IF_NAMESIZE || name.find('\0') != name.npos) return std::nullopt;
  address.interface_ = {};
  std::copy(name.begin(), name.end(), address.interface_.begin());
  const std::uint32_t index = ::if_nametoindex(address.interface_.data());
  if (index == 0) return std::nullopt;
  reinterpret_cast<sockaddr_in6*>(&address.bytes_)->sin6_scope_id = index;
  return address;
}

SocketAddress SocketAddress::with_todays_interface() const noexcept {
  return interface().empty() ? *this : on_interface(*this, interface()).value_or(*this);
}

bool SocketAddress::is_abstract() const noexcept {
  return is_unix() && size_ > path_offset && bytes_[path_offset] == std::byte{};
}

bool SocketAddress::is_loopback() const noexcept {
  const PeerAddress::Bytes ip = PeerAddress(*this).ip();
  const PeerAddress::Bytes ipv6{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
  constexpr std::array<std::uint8_t, 13> ipv4{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 127};
  return ip == ipv6 || std::equal(ipv4.begin(), ipv4.end(), ip.begin());
}

std::string_view SocketAddress::unix_path() const noexcept {
  if (!is_unix() || size_ <= path_offset) return {};
  const char* path = reinterpret_cast<const char*>(bytes_.data()) + path_offset;
  const std::size_t size = size_ - path_offset;
  return is_abstract() ? std::string_view(path + 1, size - 1) : std::string_view(path, ::strnlen(path, size));
}

// The port is at the same place in sockaddr_in and sockaddr_in6.
static_assert(offsetof(sockaddr_in, sin_port) == offsetof(sockaddr_in6, sin6_port));

std::uint16_t SocketAddress::port() const noexcept {
  if (size_ == 0 || is_unix()) return 0;
  std::uint16_t port = 0;
  std::memcpy(&port, bytes_.data() + offsetof(sockaddr_in, sin_port), sizeof port);
  return ntohs(port);
}

void SocketAddress::set_port(std::uint16_t port) noexcept {
  if (size_ == 0 || is_unix()) return;
  port = htons(port);
  std::memcpy(bytes_.data() + offsetof(sockaddr_in, sin_port), &port, sizeof port);
}

std::string SocketAddress::to_string() const {
  if (size_ == 0) return "-";
  if (is_unix()) return fmt::format("unix:{}{}", is_abstract() ? "@" : "", unix_path());
  const auto ip = ip_to_string(PeerAddress(*this).ip());
  if (family() == AF_INET) return fmt::format("{}:{}", ip, port());
  const bool mapped = ip.find(':') == ip.npos;
  const auto index = reinterpret_cast<const sockaddr_in6*>(data())->sin6_scope_id;
  const auto scope = interface().empty() ? scope_to_string(index) : fmt::format("%{}", interface());
  return fmt::format("[{}{}{}]:{}", mapped ? "::ffff:" : "", ip, scope, port());
}

bool operator==(const SocketAddress& a, const SocketAddress& b) noexcept {
  return a.size_ == b.size_ && a.bytes_ == b.bytes_;
}

}  // namespace duplexd
