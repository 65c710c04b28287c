#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace duplexd {

/// A field of a header of version 2: type, length and value (section 2.2 of proxy-protocol.txt).
struct ProxyTlv {
  enum Type : std::uint8_t {
    alpn = 0x01,
    authority = 0x02,  ///< the name that the client asked for
    crc32c = 0x03,
    noop = 0x04,
    unique_id = 0x05,
    ssl = 0x20,
    ssl_version = 0x21,  // from here on within `ssl`
    ssl_common_name = 0x22,
    ssl_cipher = 0x23,
    ssl_signature_algorithm = 0x24,
    ssl_key_algorithm = 0x25,
    netns = 0x30,
  };
  std::uint8_t type;
  std::string_view value;  ///< a view into the header
};

inline constexpr std::size_t longest_unique_id = 128;

/// Takes the first field off `tlvs`. None: nothing is left, or the rest is malformed.
std::optional<ProxyTlv> take_tlv(std::span<const std::byte>& tlvs) noexcept;

/// The value of the first field of this type.
std::optional<std::string_view> find_tlv(std::span<const std::byte> tlvs, std::uint8_t type) noexcept;

/// What is known of the client's TLS. A text is "" if it is not known.
struct ProxySsl {
  bool tls = true;                         ///< the client spoke TLS
  bool certificate = false;                ///< and showed a certificate on this connection
  bool session_certificate = false;        ///< or on an earlier one of the same TLS session
  bool verified = false;                   ///< the certificate was found right
  std::string_view version{};              ///< "TLSv1.3"
  std::string_view common_name{};          ///< in the client's certificate
  std::string_view cipher{};               ///< "ECDHE-RSA-AES128-GCM-SHA256"
  std::string_view signature_algorithm{};  ///< of the certificate that the client was shown: "SHA256"
  std::string_view key_algorithm{};        ///< and of its key: "RSA2048"
  friend bool operator==(const ProxySsl&, const ProxySsl&) = default;
};

inline constexpr std::uint8_t proxy_ssl_tls = 0x01, proxy_ssl_certificate = 0x02,
                              proxy_ssl_session_certificate = 0x04;

/// Reads the value of a field of the type `ssl`. None: it has not that form.
std::optional<ProxySsl> read_proxy_ssl(std::string_view value) noexcept;

/// What is wrong with the fields from `at` on of a whole header, as ProxyReading::reason; "": nothing is.
std::string_view fault_of_tlvs(std::string_view header, std::size_t at) noexcept;

}  // namespace duplexd
