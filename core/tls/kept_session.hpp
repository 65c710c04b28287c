#pragma once

#include "core/tls/handles.hpp"

#include <atomic>
#include <string_view>

namespace duplexd {

/// The last session of TLS with an endpoint, to be resumed. Workers share it without a lock: one that finds
/// it taken away for a moment does without. Outlives the streams of its endpoint.
class KeptSession {
 public:
  KeptSession() = default;
  ~KeptSession() { SSL_SESSION_free(session_.load()); }
  KeptSession(const KeptSession&) = delete;
  KeptSession& operator=(const KeptSession&) = delete;

  /// A copy, if there is one of this context (SSL_CTX_set_session_id_context(3)); null: there is none.
  SslSession copy(std::string_view context) noexcept;
  /// Takes it over in the place of the one before.
  void keep(SslSession session) noexcept { SSL_SESSION_free(session_.exchange(session.release())); }

 private:
  std::atomic<SSL_SESSION*> session_ = nullptr;
};

}  // namespace duplexd
