#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace duplexd {

// How PostgreSQL begins TLS in a connection without it ("SSL Session Encryption" and "Message Formats" in the
// manual of PostgreSQL, chapter "Frontend/Backend Protocol"): the client asks, and one byte answers.

inline constexpr std::size_t ssl_request_bytes = 8;
inline constexpr std::array<std::byte, ssl_request_bytes> ssl_request{
    std::byte{0}, std::byte{0},   std::byte{0},  std::byte{8},
    std::byte{4}, std::byte{210}, std::byte{22}, std::byte{47}};
inline constexpr std::array<std::byte, ssl_request_bytes> gssenc_request{
    std::byte{0}, std::byte{0},   std::byte{0},  std::byte{8},
    std::byte{4}, std::byte{210}, std::byte{22}, std::byte{48}};
inline constexpr std::byte willing{'S'};    ///< the answer to an SSLRequest that TLS follows
inline constexpr std::byte unwilling{'N'};  ///< the answer to a request that is not met; the client may go on

enum class EncryptionRequest : std::uint8_t {
  more,   ///< the request is not complete
  tls,    ///< SSLRequest
  gss,    ///< GSSENCRequest: a client that is told no asks for TLS next
  eager,  ///< a request with more bytes before its answer (CVE-2021-23222)
  other,  ///< none: a client that does not ask for TLS, or one that begins it at once
};

/// `seen` is all that the client has sent so far and that was not answered.
EncryptionRequest read_ssl_request(std::span<const std::byte> seen) noexcept;

}  // namespace duplexd
