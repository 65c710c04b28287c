#pragma once

#include "core/config/admin/admin_config.hpp"
#include "core/control/control_server.hpp"
#include "core/net/address/network.hpp"
#include "core/reload/parts/tls_parts.hpp"
#include "core/reload/sockets/listening.hpp"
#include "core/tls/listener_tls.hpp"
#include "daemon/admin/allowed_hosts.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace duplexd {

/// Who may ask the admin listener. A value with what its files said when it was made.
class AdminGate {
 public:
  AdminGate() = default;  ///< nobody
  AdminGate(const AdminConfig& config, std::string token, std::shared_ptr<const ListenerTls> tls);
  /// Reads the files. The failure names the key.
  static StartResult<AdminGate> make(const AdminConfig& config);

  bool admits(const PeerAddress& client) const noexcept;
  /// Why a request is not answered; none: it is. 421 of a host that is not ours (RFC 9110, 15.5.20), 401
  /// where a `token_is_needed`.
  std::optional<ControlResponse> refusal(const ControlRequest& request, bool token_is_needed = true) const;

  const std::shared_ptr<const ListenerTls>& tls() const noexcept { return tls_; }  ///< null: none is spoken
  /// Of the certificate that is shown, under a name that no listener has.
  std::vector<CertificateReport> certificates() const;
  /// Whether another one would be made of the same configuration now.
  bool files_changed() const;

 private:
  bool shows_token(const std::string& authorization) const noexcept;

  AdminConfig config_;
  AllowedHosts hosts_;
  std::string token_;
  std::shared_ptr<const ListenerTls> tls_;
};

}  // namespace duplexd
