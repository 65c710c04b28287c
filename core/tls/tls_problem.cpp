#include "core/tls/tls_problem.hpp"

#include <openssl/err.h>

#include <algorithm>
#include <system_error>

namespace duplexd {

bool usable(const TlsProblems& problems) {
  return std::ranges::none_of(
      problems, [](const TlsProblem& problem) { return problem.kind == TlsProblem::Kind::unusable; });
}

// What the system said lies deeper in the queue than what OpenSSL made of it.
std::string openssl_words() {
  unsigned long last = 0;
  while (const unsigned long code = ERR_get_error()) {
    if (!ERR_SYSTEM_ERROR(last)) last = code;
  }
  if (ERR_SYSTEM_ERROR(last)) return std::generic_category().message(ERR_GET_REASON(last));
  const char* const reason = last == 0 ? nullptr : ERR_reason_error_string(last);
  return reason ? reason : "OpenSSL does not say why";
}

}  // namespace duplexd
