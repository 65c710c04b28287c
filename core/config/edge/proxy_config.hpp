#pragma once

#include "core/net/address/network.hpp"
#include "core/net/proxy_header/proxy_header.hpp"

#include <cstdint>

namespace duplexd {

/// Whom a listener believes who its client is, by a PROXY header.
struct ProxyInConfig {
  enum class Mode : std::uint8_t {
    required,  ///< who sends no header, or is not in `from`, is closed
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
  bool received = false;  ///< those that came from the client's proxy
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
