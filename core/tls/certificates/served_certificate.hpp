#pragma once

#include "core/config/edge/tls_config.hpp"
#include "core/tls/handles.hpp"
#include "core/tls/tls_problem.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace duplexd {

/// What an authority says of a certificate, as it is sent.
struct Staple {
  std::vector<unsigned char> bytes;
  std::chrono::sys_seconds expires{};
};

/// A certificate of the configuration, with all that belongs to it.
struct ServedCertificate {
  std::string file;
  std::vector<X509Certificate> chain;  ///< the certificate, then those that it needs
  PrivateKey key;
  std::optional<Staple> staple;
  std::vector<std::string> names;      ///< as names_of() has them
  std::chrono::sys_seconds expires{};  ///< the first of the chain

  X509& certificate() const noexcept { return *chain.front(); }
  int kind() const noexcept { return EVP_PKEY_get_base_id(key.get()); }  ///< EVP_PKEY_RSA, EVP_PKEY_EC

  /// Lets a context show it, beside those of other kinds. False, as OpenSSL says.
  bool show(SSL_CTX& context) const;
};

/// Reads the files. Adds to `problems` what is wrong with them, by the keys behind `above`:
/// "certificates[0].". None: nothing can be made of them.
std::optional<ServedCertificate> read_certificate(const CertificateConfig& config, const std::string& above,
                                                  std::chrono::sys_seconds now, TlsProblems& problems);

}  // namespace duplexd
