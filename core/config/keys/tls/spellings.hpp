#pragma once

#include "core/config/edge/tls_config.hpp"
#include "core/config/spelling/spelling.hpp"

#include <string>

namespace duplexd {

Spelling<TlsVersion> tls_version();       ///< "1.2" or "1.3"
Spelling<TlsVerify> tls_verify();         ///< "full", "chain" or "off"
Spelling<TlsVerify> tls_verify_or_not();  ///< "true" for full, "false" for off
Spelling<std::string> alpn_protocol();    ///< at most 255 bytes (RFC 7301)

}  // namespace duplexd
