#include "core/tls/endpoint_tls.hpp"

#include "core/config/spelling/wording.hpp"
#include "core/net/address/address_text.hpp"
#include "core/tls/certificates/pem_files.hpp"
#include "core/tls/certificates/served_certificate.hpp"
#include "core/tls/refused_certificate.hpp"
#include "core/tls/tls_settings.hpp"

#include <fmt/format.h>

#include <new>
#include <openssl/x509v3.h>
#include <utility>

namespace duplexd {
namespace {

using Kind = TlsProblem::Kind;

// No certificate is of this name (RFC 6761).
constexpr const char* nobody = "nobody.invalid";

std::string context_name(const EndpointTlsConfig& config) {
  const auto& peer = config.peer;
  return digest_of({fmt::format("{} {}", static_cast<int>(peer.verify), static_cast<int>(config.min_version)),
                    peer.server_name, peer.ca_file, content_of(peer.ca_file),
                    content_of(peer.certificate_file)});
}

}  // namespace

EndpointTls::EndpointTls(const EndpointTlsConfig& config)
    : files_({config.peer.ca_file, config.peer.certificate_file, config.peer.key_file}),
      config_(config),
      name_(context_name(config)),
      context_(SSL_CTX_new(TLS_client_method())) {
  if (!context_) throw std::bad_alloc();
}

EndpointTls::Made EndpointTls::make(const EndpointTlsConfig& config, std::chrono::sys_seconds now) {
  const std::shared_ptr<EndpointTls> tls(new EndpointTls(config));
  TlsProblems problems;
  set_version(*tls->context_, config.min_version);
  if (config.peer.verify != TlsVerify::off) tls->trust(problems);
  if (!config.peer.certificate_file.empty()) tls->show(now, problems);
  tls->offer();
  tls->keep_sessions();
  return {usable(problems) ? tls : nullptr, std::move(problems)};
}

void EndpointTls::trust(TlsProblems& problems) {
  verify_and_keep_refused(*context_);
  const auto& file = config_.peer.ca_file;
  if (file.empty()) {
    if (SSL_CTX_set_default_verify_paths(context_.get()) != 1)
      problems.push_back(
          {Kind::unusable, "ca_file",
           fmt::format("the certificates that this host trusts cannot be read: {}", openssl_words())});
    return;
  }
  auto authorities = read_authorities(file);
  if (!authorities) return problems.push_back({Kind::unusable, "ca_file", authorities.error().what});
  SSL_CTX_set1_cert_store(context_.get(), authorities->get());
}

void EndpointTls::show(std::chrono::sys_seconds now, TlsProblems& problems) {
  const auto& [server_name, verify, ca_file, certificate_file, key_file] = config_.peer;
  const auto ours = read_certificate({certificate_file, key_file, ""}, "", now, problems);
  if (ours && !ours->show(*context_))
    problems.push_back({Kind::unusable, "certificate_file",
                        fmt::format("OpenSSL does not take the certificate in {}: {}",
                                    in_quotes(certificate_file), openssl_words())});
}

void EndpointTls::offer() {
  const auto protocols = alpn_bytes(config_.alpn);
  if (!protocols.empty())
    SSL_CTX_set_alpn_protos(context_.get(), protocols.data(), static_cast<unsigned>(protocols.size()));
}

void EndpointTls::keep_sessions() {
  SSL_CTX_set_session_id_context(context_.get(), reinterpret_cast<const unsigned char*>(name_.data()),
                                 static_cast<unsigned>(name_.size()));
  if (!config_.resumption) return;
  SSL_CTX_set_session_cache_mode(context_.get(), SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
  SSL_CTX_sess_set_new_cb(context_.get(), &EndpointTls::on_session);
}

// As SSL_CTX_sess_set_new_cb(3) wants it: 1 takes the session over.
int EndpointTls::on_session(SSL* ssl, SSL_SESSION* session) noexcept {
  static_cast<KeptSession*>(SSL_get_app_data(ssl))->keep(SslSession(session));
  return 1;
}

const std::string& EndpointTls::name_of(const std::string& host) const noexcept {
  return config_.peer.server_name.empty() ? host : config_.peer.server_name;
}

// An endpoint without a host, as a Unix socket, has to be given a name to be verified.
bool EndpointTls::expect(SSL& ssl, const std::string& host) const noexcept {
  const std::string& name = name_of(host);
  const bool is_address = parse_ip(name).has_value();
  // As the macro SSL_set_tlsext_host_name() does, without its cast.
  if (!name.empty() && !is_address)
    SSL_ctrl(&ssl, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, const_cast<char*>(name.c_str()));
  if (config_.peer.verify != TlsVerify::full) return true;
  if (is_address) return X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(&ssl), name.c_str()) == 1;
  SSL_set_hostflags(&ssl, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  return SSL_set1_host(&ssl, name.empty() ? nobody : name.c_str()) == 1;
}

std::unique_ptr<TlsStream> EndpointTls::connect(int descriptor, const std::string& host,
                                                KeptSession& kept) const noexcept {
  auto stream = TlsStream::connecting(*context_, descriptor);
  if (!stream || !expect(stream->native(), host)) return nullptr;
  if (!config_.resumption) return stream;
  SSL_set_app_data(&stream->native(), &kept);
  if (const auto session = kept.copy(name_)) SSL_set_session(&stream->native(), session.get());
  return stream;
}

std::string EndpointTls::words_of(const TlsStream& stream, const std::string& host) const {
  const auto& failure = stream.failure();
  if (failure.verify != X509_V_ERR_HOSTNAME_MISMATCH && failure.verify != X509_V_ERR_IP_ADDRESS_MISMATCH)
    return words(failure);
  return fmt::format("{}: it is of {}, not of {}", words(failure), refused_names(stream),
                     in_quotes(name_of(host)));
}

}  // namespace duplexd
