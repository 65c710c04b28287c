#pragma once

#include "core/config/edge/tls_config.hpp"
#include "core/net/tls/tls_stream.hpp"
#include "core/tls/handles.hpp"
#include "core/tls/kept_session.hpp"
#include "core/tls/tls_files.hpp"
#include "core/tls/tls_problem.hpp"

#include <chrono>
#include <memory>
#include <string>

namespace duplexd {

/// How TLS is spoken with the endpoints of an upstream: whom we trust, and what we show. Made on the control
/// thread, never changed, and used by all workers.
class EndpointTls {
 public:
  struct Made {
    std::shared_ptr<const EndpointTls> tls;  ///< null if a problem is unusable
    TlsProblems problems;
  };
  /// Reads all files. Throws std::bad_alloc alone.
  static Made make(const EndpointTlsConfig& config, std::chrono::sys_seconds now);
  EndpointTls(const EndpointTls&) = delete;
  EndpointTls& operator=(const EndpointTls&) = delete;

  /// The stream with an endpoint that was dialled. `host` is its host as it is written, a name or an address.
  /// The session that is kept for it is resumed, and the next one kept. Null: there is no memory.
  std::unique_ptr<TlsStream> connect(int descriptor, const std::string& host,
                                     KeptSession& kept) const noexcept;

  /// Why a handshake failed: as words() of its failure, and which names the certificate has where it is not
  /// of the one that it should be of.
  std::string words_of(const TlsStream& stream, const std::string& host) const;

  /// Whether another one would be made of the same configuration now.
  bool files_changed() const noexcept { return files_.changed(); }

 private:
  explicit EndpointTls(const EndpointTlsConfig& config);

  void trust(TlsProblems& problems);
  void show(std::chrono::sys_seconds now, TlsProblems& problems);
  void offer();
  void keep_sessions();
  const std::string& name_of(const std::string& host) const noexcept;
  bool expect(SSL& ssl, const std::string& host) const noexcept;
  static int on_session(SSL* ssl, SSL_SESSION* session) noexcept;

  const TlsFiles files_;
  const EndpointTlsConfig config_;
  std::string name_;  // of the context that sessions may be resumed in
  SslContext context_;
};

}  // namespace duplexd
