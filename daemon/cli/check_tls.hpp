#pragma once

#include "core/config/loader.hpp"

#include <chrono>
#include <string>
#include <string_view>

namespace duplexd {

/// What is wrong with the certificates, keys and settings of TLS, also what has expired, a line each with the
/// place of the key: "duplexd.yaml:14:7: error: listeners.web.tls.ciphers: ...". Reads their files.
std::string tls_problems(const LoadedConfig& loaded, std::chrono::sys_seconds now);

/// The same of files with passwords.
std::string password_problems(const LoadedConfig& loaded);

/// Whether it accepts every certificate of its endpoints, and what is said of that.
bool is_unverified(const UpstreamConfig& upstream) noexcept;
inline constexpr std::string_view unverified_words =
    "tls.verify is off: whoever is between reads and changes what is sent; name its authority in ca_file "
    "instead";

/// What --check warns of, a line each: upstreams that accept every certificate.
std::string tls_warnings(const Config& config);

}  // namespace duplexd
