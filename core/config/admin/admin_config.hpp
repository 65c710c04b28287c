#pragma once

#include "core/net/address/address.hpp"
#include "core/net/address/network.hpp"

#include <string>
#include <vector>

namespace duplexd {

/// Where programs read over HTTP what the process does.
struct AdminConfig {
  std::vector<BindAddress> bind;   ///< of TCP, none is `inherited`; empty: there is no admin listener
  std::vector<std::string> hosts;  ///< that requests may name, beside localhost and the addresses of `bind`
  NetworkSet allow;                ///< clients that may connect; empty: all
  std::string certificate_file;    ///< absolute, in PEM; "": no TLS
  std::string key_file;            ///< of that certificate; "": it is in the same file
  std::string token_file;          ///< absolute, with what every request has to show; "": nothing
  bool operator==(const AdminConfig&) const = default;
};

}  // namespace duplexd
