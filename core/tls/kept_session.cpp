#include "core/tls/kept_session.hpp"

namespace duplexd {
namespace {

bool is_of(const SSL_SESSION& session, std::string_view context) noexcept {
  unsigned size = 0;
  const auto* const name = SSL_SESSION_get0_id_context(&session, &size);
  return context == std::string_view(reinterpret_cast<const char*>(name), size) &&
         SSL_SESSION_is_resumable(&session) == 1;
}

}  // namespace

// While it is copied it is nobody else's. It goes back unless a newer one has come meanwhile.
SslSession KeptSession::copy(std::string_view context) noexcept {
  SslSession session(session_.exchange(nullptr));
  if (!session || !is_of(*session, context)) return nullptr;
  SslSession copied(SSL_SESSION_dup(session.get()));
  SSL_SESSION* none = nullptr;
  if (session_.compare_exchange_strong(none, session.get())) (void)session.release();
  return copied;
}

}  // namespace duplexd
