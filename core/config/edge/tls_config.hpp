#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace duplexd {

enum class TlsVersion : std::uint8_t { tls12, tls13 };

/// How a peer's certificate is verified.
enum class TlsVerify : std::uint8_t {
  full,   ///< its chain, its dates, and the peer's name in it
  chain,  ///< its chain and its dates
  off,    ///< not at all
};

/// How TLS is spoken with a peer that we connect to.
struct TlsConfig {
  std::string server_name;  ///< in the handshake and in the certificate; "": the host as it is written
  TlsVerify verify = TlsVerify::full;
  std::string ca_file;           ///< in PEM; "": the certificates that the host trusts
  std::string certificate_file;  ///< our own chain, in PEM; "": none
  std::string key_file;          ///< of that certificate, in PEM; "": it is in the same file
  bool operator==(const TlsConfig&) const = default;
};

/// How TLS is spoken with the endpoints of an upstream.
struct EndpointTlsConfig {
  bool enabled = false;
  TlsConfig peer{};
  TlsVersion min_version = TlsVersion::tls12;
  std::vector<std::string> alpn{};  ///< that we offer, the best first; empty: none
  bool resumption = true;           ///< of sessions, which spares their handshake its signatures
  bool operator==(const EndpointTlsConfig&) const = default;
};

/// A certificate that clients are shown. All files are in PEM, but for the staple, and absolute.
struct CertificateConfig {
  std::string certificate_file{};  ///< the chain: each certificate is signed by the next one
  std::string key_file{};          ///< without a passphrase; "": it is in the same file
  std::string ocsp_file{};         ///< its OCSP response, in DER (RFC 6960), for clients; "": none
  bool operator==(const CertificateConfig&) const = default;
};

/// Whether clients show certificates, and which are accepted.
struct ClientCertificateConfig {
  enum class Mode : std::uint8_t {
    off,
    optional,  ///< a client without one is served
    required,
  };
  Mode mode = Mode::off;
  std::string ca_file{};   ///< authorities; always there unless the mode is off
  std::string crl_file{};  ///< certificates that they have taken back; "": none
  bool operator==(const ClientCertificateConfig&) const = default;
};

/// How TLS is ended at a listener.
struct ListenerTlsConfig {
  bool enabled = false;
  /// At least one. Clients get one of the name that they ask for, or else the first.
  std::vector<CertificateConfig> certificates{};
  TlsVersion min_version = TlsVersion::tls12;
  std::string
      ciphers{};  ///< as OpenSSL spells them, with colons between; "": those of core/tls/tls_settings.hpp
  std::vector<std::string> curves{};  ///< for the exchange of keys, the best first; empty: OpenSSL's
  std::vector<std::string> alpn{};    ///< that we speak, the best first; empty: clients are not answered
  ClientCertificateConfig client_certificates{};
  bool tickets = true;  ///< sessions may be resumed
  bool watch = false;   ///< files are read again when they change
  bool operator==(const ListenerTlsConfig&) const = default;
};

}  // namespace duplexd
