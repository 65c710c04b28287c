#pragma once

#include <openssl/types.h>

namespace duplexd {

/// The socket below a TLS stream, as OpenSSL sees it: a BIO that raises no SIGPIPE, and keeps what the kernel
/// said. It outlives the BIO and stays where it is.
struct TlsTransport {
  int descriptor = -1;
  int error = 0;       ///< errno of the last call that failed; 0: none since it was cleared
  bool ended = false;  ///< the last read found the end of the stream
};

/// Null: there is no memory. It belongs to the caller.
BIO* make_bio(TlsTransport& transport) noexcept;

}  // namespace duplexd
