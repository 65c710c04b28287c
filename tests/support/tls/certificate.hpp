#pragma once

#include <chrono>
#include <string>
#include <vector>

namespace duplexd::test {

/// A certificate and its key, in PEM.
struct Certificate {
  std::string certificate, key;
};

struct CertificateRequest {
  std::vector<std::string> names;         ///< of DNS; the first is the common name as well
  const Certificate* issuer = nullptr;    ///< null: it signs itself
  bool authority = false;                 ///< may sign others
  bool rsa = false;                       ///< instead of P-256
  std::chrono::seconds valid_for{3'600};  ///< from now; it began a year ago
};
Certificate issue(const CertificateRequest& request);

/// One that signs itself, for the name and for 127.0.0.1.
Certificate certificate_for(const std::string& name, std::chrono::seconds valid_for);

/// A list of certificates that `issuer` takes back, in PEM.
std::string revocation_of(const Certificate& revoked, const Certificate& issuer);

/// The key behind a passphrase.
std::string locked(const std::string& key);

/// What an OCSP responder of `issuer` says of a certificate: it is good, for `valid_for`. DER.
std::string staple_for(const Certificate& certificate, const Certificate& issuer,
                       std::chrono::seconds valid_for);

}  // namespace duplexd::test
