#pragma once

#include "core/net/address/network.hpp"
#include "core/net/proxy_header/proxy_header.hpp"

#include <cstdint>

namespace duplexd {

/// The PROXY headers that a listener believes.
struct ProxyInConfig {
  enum class Mode : std::uint8_t {
    required,  ///< a client without a header, or outside `from`, is closed
    optional,  ///< those in `from` may send a header; what anybody else sends is data
  };
  bool enabled = false;
  NetworkSet from;  ///< clients of Unix sockets count as if they were in it
  Mode mode = Mode::required;
  bool operator==(const ProxyInConfig&) const = default;
};

/// The fields of a header of version 2.
struct ProxyFields {
  bool unique_id = false;
  bool authority = false;
  bool alpn = false;
  bool ssl = false;
  bool crc32c = false;
  bool received = false;  ///< the fields that the proxy in front has sent
  bool operator==(const ProxyFields&) const = default;
};

/// The PROXY header that endpoints are sent.
struct ProxyOutConfig {
  bool enabled = false;
  ProxyVersion version = ProxyVersion::v2;
  ProxyFields send{};  ///< none with version 1
  bool operator==(const ProxyOutConfig&) const = default;
};

}  // namespace duplexd
