#pragma once

#include "core/net/address/address.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace duplexd {

/// The hosts that a request to the admin listener may be for. A page that a browser of this host has loaded
/// can have its own name lead to us (DNS rebinding), and then reads what we answer; the Host field tells.
class AllowedHosts {
 public:
  AllowedHosts() = default;
  /// localhost, `names` in lower case, and the addresses of `bind`; one that stands for all addresses allows
  /// each of them.
  AllowedHosts(std::vector<BindAddress> bind, std::vector<std::string> names);

  /// `host` is that of a Host field, with or without a port: "[::1]:9640", "localhost".
  bool admits(std::string_view host) const;

 private:
  bool is_bound(const PeerAddress& address) const;

  std::vector<BindAddress> bind_;
  std::vector<std::string> names_;
};

}  // namespace duplexd
