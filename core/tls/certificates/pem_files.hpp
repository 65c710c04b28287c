#pragma once

#include "core/net/address/parsed.hpp"
#include "core/tls/handles.hpp"

#include <chrono>
#include <string>
#include <vector>

namespace duplexd {

// Files in PEM. An error is a whole sentence with the name of the file.

/// A certificate and those that it needs. At least one.
Parsed<std::vector<X509Certificate>> read_certificates(const std::string& file);
/// A key that is not behind a passphrase.
Parsed<PrivateKey> read_key(const std::string& file);
/// Authorities that certificates may be signed by.
Parsed<X509Store> read_authorities(const std::string& file);
/// Their lists of certificates that are taken back, which there has to be one of each. Returns the error, "":
/// none.
std::string add_revoked(X509_STORE& authorities, const std::string& file);

// Of certificates.

/// The names of DNS that it is of, in small letters: those of its subjectAltName, or else its common name.
std::vector<std::string> names_of(X509& certificate);
std::chrono::sys_seconds expiry_of(X509& certificate);
std::chrono::sys_seconds begin_of(X509& certificate);

}  // namespace duplexd
