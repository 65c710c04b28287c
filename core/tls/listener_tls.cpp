#include "core/tls/listener_tls.hpp"

#include "core/tls/certificates/pem_files.hpp"
#include "core/tls/tls_settings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <ctime>
#include <utility>

namespace duplexd {
namespace {

using Mode = ClientCertificateConfig::Mode;

std::vector<std::string> files_of(const ListenerTlsConfig& config) {
  std::vector<std::string> files{config.client_certificates.ca_file, config.client_certificates.crl_file};
  for (const auto& each : config.certificates)
    files.insert(files.end(), {each.certificate_file, each.key_file, each.ocsp_file});
  return files;
}

/// A ticket vouches for the client's certificate: it counts only where that would be accepted today.
std::string context_name(const ClientCertificateConfig& clients, std::string_view listener) {
  const bool asked = clients.mode != Mode::off;
  return digest_of({std::string(listener), fmt::format("{}", static_cast<int>(clients.mode)),
                    asked ? content_of(clients.ca_file) : "", asked ? content_of(clients.crl_file) : ""});
}

std::span<const unsigned char> bytes_of(const std::string& text) {
  return {reinterpret_cast<const unsigned char*>(text.data()), text.size()};
}

/// As macros of OpenSSL do, without their casts.
void set_callback(SSL_CTX& context, int which, auto* callback) {
  SSL_CTX_callback_ctrl(&context, which, reinterpret_cast<void (*)()>(callback));
}

}  // namespace

ListenerTls::ListenerTls(const ListenerTlsConfig& config, std::string_view listener,
                         std::shared_ptr<TicketKeys> tickets)
    : files_(files_of(config)),
      name_(context_name(config.client_certificates, listener)),
      alpn_(alpn_bytes(config.alpn)),
      tickets_(std::move(tickets)) {}

ListenerTls::Made ListenerTls::make(const ListenerTlsConfig& config, std::string_view listener,
                                    std::shared_ptr<TicketKeys> tickets, Time now) {
  const std::shared_ptr<ListenerTls> tls(new ListenerTls(config, listener, std::move(tickets)));
  TlsProblems problems;
  tls->read_certificates(config, now, problems);
  if (config.client_certificates.mode != Mode::off)
    tls->read_authorities(config.client_certificates, problems);
  if (usable(problems)) tls->make_contexts(config, problems);
  return {usable(problems) ? tls : nullptr, std::move(problems)};
}

void ListenerTls::read_certificates(const ListenerTlsConfig& config, Time now, TlsProblems& problems) {
  for (std::size_t i = 0; i < config.certificates.size(); ++i)
    if (auto read =
            read_certificate(config.certificates[i], fmt::format("certificates[{}].", i), now, problems))
      certificates_.push_back(*std::move(read));
  if (usable(problems)) choice_ = CertificateChoice(certificates_, problems);
}

void ListenerTls::read_authorities(const ClientCertificateConfig& config, TlsProblems& problems) {
  const auto complain = [&](std::string_view file, std::string what) {
    problems.push_back(
        {TlsProblem::Kind::unusable, fmt::format("client_certificates.{}", file), std::move(what)});
  };
  auto authorities = duplexd::read_authorities(config.ca_file);
  if (!authorities) return complain("ca_file", authorities.error().what);
  authorities_ = *std::move(authorities);
  if (config.crl_file.empty()) return;
  if (auto error = add_revoked(*authorities_, config.crl_file); !error.empty())
    complain("crl_file", std::move(error));
}

void ListenerTls::make_contexts(const ListenerTlsConfig& config, TlsProblems& problems) {
  for (const auto& set : choice_.sets()) {
    contexts_.push_back(context_of(config, set, problems));
    if (!usable(problems)) return;
  }
}

// All contexts of a listener are alike but for the certificates: OpenSSL takes some settings from the first
// one, some from the one of the name.
SslContext ListenerTls::context_of(const ListenerTlsConfig& config, const CertificateChoice::Set& set,
                                   TlsProblems& problems) {
  SslContext context(SSL_CTX_new(TLS_server_method()));
  if (!context) throw std::bad_alloc();
  set_version(*context, config.min_version);
  set_ciphers(*context, config.ciphers, problems);
  set_curves(*context, config.curves, problems);
  SSL_CTX_set_options(context.get(), SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA);
  for (const std::size_t index : set)
    if (!certificates_[index].show(*context))
      problems.push_back({TlsProblem::Kind::unusable, fmt::format("certificates[{}].certificate_file", index),
                          fmt::format("OpenSSL does not take the certificate in {}: {}",
                                      certificates_[index].file, openssl_words())});
  resume_sessions(*context, config.tickets);
  if (authorities_) ask_for_certificates(*context, config.client_certificates);
  answer(*context);
  return context;
}

void ListenerTls::resume_sessions(SSL_CTX& context, bool tickets) const {
  const auto name = bytes_of(name_);
  SSL_CTX_set_session_id_context(&context, name.data(), static_cast<unsigned>(name.size()));
  SSL_CTX_set_session_cache_mode(&context, SSL_SESS_CACHE_OFF);
  if (tickets && tickets_) {
    SSL_CTX_set_timeout(&context, TicketKeys::ticket_life.count());
    return tickets_->use_in(context);
  }
  SSL_CTX_set_options(&context, SSL_OP_NO_TICKET);
  SSL_CTX_set_num_tickets(&context, 0);
}

void ListenerTls::ask_for_certificates(SSL_CTX& context, const ClientCertificateConfig& config) const {
  const int must = config.mode == Mode::required ? SSL_VERIFY_FAIL_IF_NO_PEER_CERT : 0;
  SSL_CTX_set_verify(&context, SSL_VERIFY_PEER | must, nullptr);
  SSL_CTX_set1_cert_store(&context, authorities_.get());
  SSL_CTX_set_client_CA_list(&context, SSL_load_client_CA_file(config.ca_file.c_str()));
}

void ListenerTls::answer(SSL_CTX& context) {
  SSL_CTX_set_tlsext_servername_arg(&context, this);
  set_callback(context, SSL_CTRL_SET_TLSEXT_SERVERNAME_CB, &ListenerTls::on_server_name);
  SSL_CTX_set_tlsext_status_arg(&context, this);
  set_callback(context, SSL_CTRL_SET_TLSEXT_STATUS_REQ_CB, &ListenerTls::on_status);
  if (!alpn_.empty()) SSL_CTX_set_alpn_select_cb(&context, &ListenerTls::on_protocols, this);
}

std::unique_ptr<TlsStream> ListenerTls::accept(int descriptor) const noexcept {
  return TlsStream::accepting(*contexts_.front(), descriptor);
}

// As SSL_CTX_set_tlsext_servername_callback(3) wants it: a name that is not known is no error.
int ListenerTls::on_server_name(SSL* ssl, int*, void* self) noexcept {
  const auto& tls = *static_cast<const ListenerTls*>(self);
  const char* const name = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);
  const std::size_t set = name ? tls.choice_.find(name) : CertificateChoice::none;
  if (set == CertificateChoice::none) return SSL_TLSEXT_ERR_NOACK;
  SSL_set_SSL_CTX(ssl, tls.contexts_[set].get());
  return SSL_TLSEXT_ERR_OK;
}

int ListenerTls::on_protocols(SSL*, const unsigned char** chosen, unsigned char* size,
                              const unsigned char* offered, unsigned offered_size, void* self) noexcept {
  const auto& ours = static_cast<const ListenerTls*>(self)->alpn_;
  const int result = SSL_select_next_proto(const_cast<unsigned char**>(chosen), size, ours.data(),
                                           static_cast<unsigned>(ours.size()), offered, offered_size);
  return result == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

// OpenSSL frees what it is given.
int ListenerTls::on_status(SSL* ssl, void* self) noexcept {
  const auto& certificates = static_cast<const ListenerTls*>(self)->certificates_;
  const X509* const shown = SSL_get_certificate(ssl);
  const auto of =
      std::ranges::find_if(certificates, [=](const auto& each) { return &each.certificate() == shown; });
  if (of == certificates.end() || !of->staple) return SSL_TLSEXT_ERR_NOACK;
  const auto now = std::chrono::system_clock::now();
  const auto& bytes = of->staple->bytes;
  void* const copy = now < of->staple->expires ? OPENSSL_memdup(bytes.data(), bytes.size()) : nullptr;
  if (!copy) return SSL_TLSEXT_ERR_NOACK;
  SSL_set_tlsext_status_ocsp_resp(ssl, copy, static_cast<long>(bytes.size()));
  return SSL_TLSEXT_ERR_OK;
}

}  // namespace duplexd
