#pragma once

#include <string>

namespace duplexd {

/// How TLS is spoken with a peer that we connect to.
struct TlsConfig {
  std::string server_name;       ///< in the handshake and in the certificate; "": the host as it is written
  bool verify = true;            ///< the certificate, its name included
  std::string ca_file;           ///< in PEM; "": the certificates that the host trusts
  std::string certificate_file;  ///< our own, with those that it needs, in PEM; "": none
  std::string key_file;          ///< of that certificate, in PEM; "": it is in the same file
  bool operator==(const TlsConfig&) const = default;
};

}  // namespace duplexd
