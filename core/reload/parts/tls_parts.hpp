#pragma once

#include "core/config/config.hpp"
#include "core/reload/sockets/listening.hpp"
#include "core/tls/endpoint_tls.hpp"
#include "core/tls/listener_tls.hpp"
#include "core/tls/ticket_keys.hpp"

#include <chrono>
#include <memory>
#include <string>
#include <vector>

namespace duplexd {

/// A certificate of a listener, as its operator is told of it.
struct CertificateReport {
  std::string listener;
  std::string file;
  std::vector<std::string> names;
  std::chrono::sys_seconds expires{};  ///< the first of its chain

  /// Whole days until then, negative afterwards.
  long days_left(std::chrono::sys_seconds now) const noexcept {
    return std::chrono::floor<std::chrono::days>(expires - now).count();
  }
};

/// How a snapshot speaks TLS. Made on the control thread.
struct TlsParts {
  // In the order of the configuration; null: TLS is not spoken.
  std::vector<std::shared_ptr<const ListenerTls>> listeners;
  std::vector<std::shared_ptr<const EndpointTls>> upstreams;

  /// Whether a file of a listener that watches its files is another one now.
  bool is_stale(const Config& config) const noexcept;
  /// The same of any file. A reload reads them again.
  bool files_changed() const noexcept;
  /// Of all listeners, in their order.
  std::vector<CertificateReport> certificates(const Config& config) const;
};

/// Those of the snapshot before, which are taken over where its configuration is the same.
struct TlsPartsBefore {
  const Config* config = nullptr;  ///< null: there is none
  const TlsParts* parts = nullptr;
  bool again = false;  ///< not if a file has changed since
};

/// Reads the files of all others. A failure names the key. Throws std::bad_alloc alone.
StartResult<TlsParts> make_tls_parts(const Config& config, const std::shared_ptr<TicketKeys>& tickets,
                                     const TlsPartsBefore& before = {});

}  // namespace duplexd
