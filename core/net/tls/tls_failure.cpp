#include "core/net/tls/tls_failure.hpp"

#include <fmt/format.h>

#include <openssl/err.h>

#include <openssl/x509_vfy.h>
#include <system_error>

namespace duplexd {

std::string words(const TlsFailure& failure) {
  if (failure.verify != X509_V_OK)
    return fmt::format("certificate not accepted: {}", X509_verify_cert_error_string(failure.verify));
  if (failure.error == tls_truncated) return "ended without a close_notify";
  const char* const reason = failure.code == 0 ? nullptr : ERR_reason_error_string(failure.code);
  if (reason) return reason;
  return failure.error == tls_broken ? "TLS failed" : std::generic_category().message(failure.error);
}

}  // namespace duplexd
