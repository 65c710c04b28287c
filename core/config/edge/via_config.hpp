#pragma once

#include "core/net/address/address.hpp"
#include "core/net/tunnel/tunnel.hpp"

#include <string>

namespace duplexd {

/// The proxy that the endpoints of an upstream are reached through.
struct ViaConfig {
  bool enabled = false;
  std::string text{};  ///< its URL as written, with `***` for the password
  EndpointAddress address{};
  Tunnel tunnel{};              ///< with the password of the URL, if it has one
  bool has_password = false;    ///< the URL has one, which may be ""
  std::string password_file{};  ///< absolute; "": there is none
  bool operator==(const ViaConfig&) const = default;
};

}  // namespace duplexd
