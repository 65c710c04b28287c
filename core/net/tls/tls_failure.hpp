#pragma once

#include <cerrno>
#include <string>

namespace duplexd {

// What only TLS says of a stream. No call of a socket gives these.
inline constexpr int tls_truncated =
    ENODATA;                                ///< the connection ended without a close_notify (RFC 8446, 6.1)
inline constexpr int tls_broken = EBADMSG;  ///< the peer broke the protocol, or told that we did

/// Why a TLS stream failed. Made where no text may be: words() is for afterwards.
struct TlsFailure {
  int error = 0;           ///< errno, tls_truncated or tls_broken; 0: nothing failed
  unsigned long code = 0;  ///< of OpenSSL (err.h), where error is tls_broken
  long verify = 0;         ///< why the peer's certificate was not accepted (X509_V_ERR_...); 0: it was
};

/// "certificate not accepted: hostname mismatch", "wrong version number", "Connection reset by peer".
std::string words(const TlsFailure& failure);

}  // namespace duplexd
