#include "core/names/found.hpp"

#include <algorithm>
#include <functional>

namespace duplexd {

std::vector<SocketAddress> addresses_of(const ares_addrinfo* found) {
  std::vector<SocketAddress> addresses;
  for (const ares_addrinfo_node* one = found ? found->nodes : nullptr; one; one = one->ai_next) {
    addresses.emplace_back(one->ai_addr, one->ai_addrlen);
  }
  return addresses;
}

std::vector<SocketAddress> usable(std::vector<SocketAddress> addresses, const HostAddresses& host) {
  const auto has_family = [&](const SocketAddress& address) {
    return host.has_beside_loopback(address.family());
  };
  if (std::ranges::any_of(addresses, has_family)) std::erase_if(addresses, std::not_fn(has_family));
  return addresses;
}

std::string_view words_of(int status) noexcept {
  switch (status) {
    case ARES_ENOTFOUND:
      return "no such name";
    case ARES_ENODATA:
      return "the name has no address";
    case ARES_ETIMEOUT:
    case ARES_ECONNREFUSED:  // also if the last name server has refused, or has failed
    case ARES_ESERVFAIL:
    case ARES_EREFUSED:
      return no_answer;
    case ARES_EBADNAME:
      return "this cannot be a host name";
    case ARES_ENOMEM:
      return out_of_memory;
    default:
      return ::ares_strerror(status);
  }
}

}  // namespace duplexd
