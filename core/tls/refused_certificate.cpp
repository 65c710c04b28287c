#include "core/tls/refused_certificate.hpp"

#include "core/tls/certificates/pem_files.hpp"
#include "core/tls/handles.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace duplexd {
namespace {

void free_certificate(void*, void* certificate, CRYPTO_EX_DATA*, int, long, void*) {
  X509_free(static_cast<X509*>(certificate));
}

// Of a stream, the certificate that was not accepted.
int place_of_certificate() {
  static const int place = SSL_get_ex_new_index(0, nullptr, nullptr, nullptr, free_certificate);
  return place;
}

int on_verified(int accepted, X509_STORE_CTX* verification) noexcept {
  X509* const certificate = X509_STORE_CTX_get_current_cert(verification);
  if (accepted == 1 || !certificate) return accepted;
  auto* const ssl =
      static_cast<SSL*>(X509_STORE_CTX_get_ex_data(verification, SSL_get_ex_data_X509_STORE_CTX_idx()));
  X509_up_ref(certificate);
  X509_free(static_cast<X509*>(SSL_get_ex_data(ssl, place_of_certificate())));
  SSL_set_ex_data(ssl, place_of_certificate(), certificate);
  return accepted;
}

}  // namespace

void verify_and_keep_refused(SSL_CTX& context) {
  (void)place_of_certificate();
  SSL_CTX_set_verify(&context, SSL_VERIFY_PEER, on_verified);
}

std::string refused_names(const TlsStream& stream) {
  auto* const certificate = static_cast<X509*>(SSL_get_ex_data(&stream.native(), place_of_certificate()));
  const auto names = certificate ? names_of(*certificate) : std::vector<std::string>();
  return names.empty() ? "no name" : fmt::format("{}", fmt::join(names, ", "));
}

}  // namespace duplexd
