#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace duplexd {

/// Why TLS cannot be spoken as a configuration says, or not for long.
struct TlsProblem {
  enum class Kind : std::uint8_t {
    unusable,  ///< nothing can be made of it
    expired,   ///< it works, but peers that verify the certificate refuse it: it has expired, or is not valid
               ///< yet
  };
  Kind kind = Kind::unusable;
  std::string key;   ///< below `tls`: "certificates[0].key_file", "ciphers"
  std::string what;  ///< a sentence with the name of the file, and with OpenSSL's words
};
using TlsProblems = std::vector<TlsProblem>;

bool usable(const TlsProblems& problems);

/// OpenSSL's words for the latest error of this thread, which are taken from its queue: "no start line".
std::string openssl_words();

}  // namespace duplexd
