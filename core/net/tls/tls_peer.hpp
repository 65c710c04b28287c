#pragma once

#include "core/net/tls/tls_stream.hpp"

#include <openssl/types.h>

#include <string>

namespace duplexd {

// What the peer of a stream showed, and what it was shown, after the handshake. "": nothing.

/// Of a certificate that was verified, also where that was for the session that is resumed:
/// "CN=alice,O=Example" (RFC 2253).
std::string verified_subject(const TlsStream& stream);
std::string verified_common_name(const TlsStream& stream);

/// Whom a certificate is of (RFC 2253).
std::string subject_of(const X509& certificate);

// Of our own certificate, as the PROXY protocol tells them (2.2.6).
std::string own_key_algorithm(const TlsStream& stream);        ///< "RSA2048", "EC256"
std::string own_signature_algorithm(const TlsStream& stream);  ///< "RSA-SHA256"

}  // namespace duplexd
