#include "core/net/address/address.hpp"
#include "core/net/address/address_text.hpp"

#include <fmt/compile.h>

#include <netinet/in.h>

#include <cstring>

namespace duplexd {

PeerAddress::PeerAddress(const SocketAddress& address) noexcept : port_(address.port()) {
  if (address.family() == AF_INET) {
    family_ = Family::inet;
    ip_[10] = ip_[11] = 0xff;
    std::memcpy(&ip_[12], &reinterpret_cast<const sockaddr_in*>(address.data())->sin_addr, 4);
  } else if (address.family() == AF_INET6) {
    std::memcpy(ip_.data(), &reinterpret_cast<const sockaddr_in6*>(address.data())->sin6_addr, ip_.size());
    family_ = is_ipv4_mapped(ip_) ? Family::inet : Family::inet6;
  } else if (address.is_unix()) {
    family_ = Family::local;
  }
}

SocketAddress PeerAddress::socket_address() const noexcept {
  if (family_ == Family::inet) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port_);
    std::memcpy(&address.sin_addr, &ip_[12], 4);
    return {reinterpret_cast<const sockaddr*>(&address), sizeof address};
  }
  if (family_ != Family::inet6) return {};
  sockaddr_in6 address{};
  address.sin6_family = AF_INET6;
  address.sin6_port = htons(port_);
  std::memcpy(&address.sin6_addr, ip_.data(), ip_.size());
  return {reinterpret_cast<const sockaddr*>(&address), sizeof address};
}

// Lists of thousands of sessions are full of IPv4.
std::string PeerAddress::to_string() const {
  switch (family_) {
    case Family::inet:
      return fmt::format(FMT_COMPILE("{}.{}.{}.{}:{}"), ip_[12], ip_[13], ip_[14], ip_[15], port_);
    case Family::inet6:
      return fmt::format("[{}]:{}", ip_to_string(ip_), port_);
    case Family::local:
      return "unix:";
    case Family::none:
      break;
  }
  return "-";
}

}  // namespace duplexd
