#pragma once

#include "core/config/loader.hpp"

#include <chrono>
#include <string>

namespace duplexd {

/// What is wrong with the certificates, keys and settings of TLS, also what has expired, a line each with the
/// place of the key: "duplexd.yaml:14:7: error: listeners.web.tls.ciphers: ...". Reads their files.
std::string tls_problems(const LoadedConfig& loaded, std::chrono::sys_seconds now);

/// The same of files with passwords.
std::string password_problems(const LoadedConfig& loaded);

/// What --check warns of, a line each: upstreams that accept every certificate.
std::string tls_warnings(const Config& config);

}  // namespace duplexd
