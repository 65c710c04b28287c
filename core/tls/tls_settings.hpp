#pragma once

#include "core/config/edge/tls_config.hpp"
#include "core/tls/tls_problem.hpp"

#include <openssl/types.h>

#include <string>
#include <string_view>
#include <vector>

namespace duplexd {

/// The ciphers of TLS 1.2 that have forward secrecy and AEAD, as OpenSSL spells them; the best first.
extern const std::string_view default_ciphers;

// Settings of a context of either side. What OpenSSL refuses goes to `problems`, by its key.

void set_version(SSL_CTX& context, TlsVersion least);
/// "" means default_ciphers.
void set_ciphers(SSL_CTX& context, const std::string& ciphers, TlsProblems& problems);
/// Empty means those of OpenSSL.
void set_curves(SSL_CTX& context, const std::vector<std::string>& curves, TlsProblems& problems);

/// A list of protocols as ALPN sends it, each behind its length.
std::vector<unsigned char> alpn_bytes(const std::vector<std::string>& protocols);

/// SHA-256 of texts, as the name of a context that sessions may be resumed in.
std::string digest_of(const std::vector<std::string>& texts);
/// What a file has; "" without one.
std::string content_of(const std::string& file);

}  // namespace duplexd
