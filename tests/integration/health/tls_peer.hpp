#pragma once

#include "tests/support/tls/certificate.hpp"

#include <string>
#include <string_view>

namespace duplexd::test {

/// What came of a TLS handshake of an endpoint.
struct TlsVisit {
  bool completed = false;
  std::string server_name;  ///< that the client asked for
  std::string request;      ///< the first bytes that it sent
};

/// Acts as a TLS endpoint on a blocking socket: a handshake, and where there is an answer, that after the
/// first bytes of the client.
TlsVisit serve_tls(int socket, const Certificate& certificate, std::string_view answer = "");

}  // namespace duplexd::test
