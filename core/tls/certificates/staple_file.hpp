#pragma once

#include "core/net/address/parsed.hpp"
#include "core/tls/certificates/served_certificate.hpp"

#include <string>

namespace duplexd {

/// What the authority of `certificate` says of it, in a file in DER (RFC 6960). An error is a whole sentence.
Parsed<Staple> read_staple(const std::string& file, X509& certificate);

}  // namespace duplexd
