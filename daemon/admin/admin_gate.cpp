#include "daemon/admin/admin_gate.hpp"

#include "core/config/secrets/secret.hpp"
#include "core/control/http.hpp"
#include "core/tls/wall_time.hpp"

#include <fmt/format.h>

#include <openssl/crypto.h>

#include <algorithm>
#include <utility>

namespace duplexd {
namespace {

constexpr std::size_t longest_token = 4096;
constexpr std::string_view scheme = "Bearer ";

StartFailure config_failure(std::string_view key, std::string_view what) {
  const auto path = fmt::format("admin.{}", key);
  return {StartFailure::Kind::config, fmt::format("{}: {}", path, what), path};
}

StartResult<std::string> read_token(const std::string& file) {
  if (file.empty()) return std::string();
  auto token = read_secret(file, longest_token);
  if (!token) return config_failure("token_file", fmt::format("{} {}", file, token.error().what));
  return *std::move(token);
}

ListenerTlsConfig to_tls(const AdminConfig& config) {
  ListenerTlsConfig tls;
  tls.enabled = true;
  tls.certificates.push_back({config.certificate_file, config.key_file});
  tls.alpn = {"http/1.1"};
  tls.tickets = false;
  return tls;
}

StartResult<std::shared_ptr<const ListenerTls>> make_tls(const AdminConfig& config) {
  if (config.certificate_file.empty()) return nullptr;
  auto made = ListenerTls::make(to_tls(config), "admin", nullptr, wall_time());
  if (made.tls) return std::move(made.tls);
  const bool of_key = !made.problems.empty() && made.problems.front().key.ends_with("key_file");
  return config_failure(of_key ? "tls.key_file" : "tls.certificate_file",
                        made.problems.empty() ? "cannot be used" : made.problems.front().what);
}

}  // namespace

AdminGate::AdminGate(const AdminConfig& config, std::string token, std::shared_ptr<const ListenerTls> tls)
    : config_(config), hosts_(config.bind, config.hosts), token_(std::move(token)), tls_(std::move(tls)) {}

StartResult<AdminGate> AdminGate::make(const AdminConfig& config) {
  auto token = read_token(config.token_file);
  if (!token) return token.error();
  auto tls = make_tls(config);
  if (!tls) return tls.error();
  return AdminGate(config, *std::move(token), *std::move(tls));
}

bool AdminGate::admits(const PeerAddress& client) const noexcept {
  return config_.allow.empty() || config_.allow.contains(client.ip());
}

std::optional<ControlResponse> AdminGate::refusal(const ControlRequest& request, bool token_is_needed) const {
  // Browsers always tell the host. Old health checks of load balancers do not.
  if (request.host && !hosts_.admits(*request.host))
    return error_response(421,
                          "this host is not served here; admin.hosts of duplexd.yaml has those that are");
  if (!token_is_needed || shows_token(request.authorization)) return std::nullopt;
  ControlResponse response = error_response(401, "a token is needed");
  response.authenticate = "Bearer";
  return response;
}

// How long it takes tells the length of the token alone.
bool AdminGate::shows_token(const std::string& authorization) const noexcept {
  if (config_.token_file.empty()) return true;
  const std::string_view shown(authorization);
  if (!shown.starts_with(scheme) || shown.size() != scheme.size() + token_.size()) return false;
  return ::CRYPTO_memcmp(shown.data() + scheme.size(), token_.data(), token_.size()) == 0;
}

std::vector<CertificateReport> AdminGate::certificates() const {
  std::vector<CertificateReport> all;
  if (!tls_) return all;
  for (const ServedCertificate& each : tls_->certificates())
    all.push_back({"(admin)", each.file, each.names, each.expires});
  return all;
}

bool AdminGate::files_changed() const {
  if (tls_ && tls_->files_changed()) return true;
  const auto token = read_token(config_.token_file);
  return !token || *token != token_;
}

}  // namespace duplexd
