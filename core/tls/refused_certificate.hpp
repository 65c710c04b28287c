#pragma once

#include "core/net/tls/tls_stream.hpp"

#include <string>

namespace duplexd {

/// Lets streams of a context verify their peers, and keep the certificate that was not accepted.
void verify_and_keep_refused(SSL_CTX& context);

/// The names of that certificate, in words: "a.example, b.example", "no name".
std::string refused_names(const TlsStream& stream);

}  // namespace duplexd
