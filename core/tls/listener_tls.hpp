#pragma once

#include "core/config/edge/tls_config.hpp"
#include "core/net/tls/tls_stream.hpp"
#include "core/tls/certificates/certificate_choice.hpp"
#include "core/tls/certificates/served_certificate.hpp"
#include "core/tls/ticket_keys.hpp"
#include "core/tls/tls_files.hpp"
#include "core/tls/tls_problem.hpp"

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace duplexd {

/// How the TLS of a listener is ended: its certificates, and what is agreed on with clients. Made on the
/// control thread, never changed, and used by all workers. Outlives the handshakes of its streams.
class ListenerTls {
 public:
  using Time = std::chrono::sys_seconds;

  struct Made {
    std::shared_ptr<const ListenerTls> tls;  ///< null if a problem is unusable
    TlsProblems problems;
  };
  /// Reads all files. `listener` is its name: tickets are of no use at another one. Throws std::bad_alloc
  /// alone.
  static Made make(const ListenerTlsConfig& config, std::string_view listener,
                   std::shared_ptr<TicketKeys> tickets, Time now);
  ListenerTls(const ListenerTls&) = delete;
  ListenerTls& operator=(const ListenerTls&) = delete;

  /// The stream of a client that was accepted. Null: there is no memory.
  std::unique_ptr<TlsStream> accept(int descriptor) const noexcept;

  const std::vector<ServedCertificate>& certificates() const noexcept { return certificates_; }

  /// Whether another one would be made of the same configuration now.
  bool files_changed() const noexcept { return files_.changed(); }

 private:
  ListenerTls(const ListenerTlsConfig& config, std::string_view listener,
              std::shared_ptr<TicketKeys> tickets);

  void read_certificates(const ListenerTlsConfig& config, Time now, TlsProblems& problems);
  void read_authorities(const ClientCertificateConfig& config, TlsProblems& problems);
  void make_contexts(const ListenerTlsConfig& config, TlsProblems& problems);
  SslContext context_of(const ListenerTlsConfig& config, const CertificateChoice::Set& set,
                        TlsProblems& problems);
  void resume_sessions(SSL_CTX& context, bool tickets) const;
  void ask_for_certificates(SSL_CTX& context, const ClientCertificateConfig& config) const;
  void answer(SSL_CTX& context);

  static int on_server_name(SSL* ssl, int* alert, void* self) noexcept;
  static int on_protocols(SSL* ssl, const unsigned char** chosen, unsigned char* size,
                          const unsigned char* offered, unsigned offered_size, void* self) noexcept;
  static int on_status(SSL* ssl, void* self) noexcept;

  const TlsFiles files_;
  const std::string name_;  // of the context that sessions may be resumed in
  const std::vector<unsigned char> alpn_;
  const std::shared_ptr<TicketKeys> tickets_;
  std::vector<ServedCertificate> certificates_;
  CertificateChoice choice_;
  X509Store authorities_;
  std::vector<SslContext> contexts_;  // of the sets of choice_
};

}  // namespace duplexd
