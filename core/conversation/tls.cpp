#include "core/conversation/tls.hpp"

#include "core/conversation/conversation_end.hpp"
#include "core/net/address/address_text.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <fmt/format.h>

#include <openssl/err.h>
#include <openssl/ssl.h>

namespace duplexd {
namespace {

namespace ssl = boost::asio::ssl;

constexpr auto as_tls_result = boost::asio::as_tuple(boost::asio::use_awaitable);

bool is_name(const std::string& host) { return !parse_ip(host) && host.find(':') == std::string::npos; }

}  // namespace

ssl::context& TlsContext::current() {
  const Versions versions = versions_now();
  if (!context_ || versions != versions_) {
    versions_ = versions;
    renew();
  }
  if (!problem_.empty()) fail_here(problem_);
  return *context_;
}

TlsContext::Versions TlsContext::versions_now() const {
  const auto version = [](const std::string& file) {
    return file.empty() ? FileVersion{} : version_of(file);
  };
  return {version(config_.ca_file), version(config_.certificate_file), version(config_.key_file)};
}

void TlsContext::renew() {
  problem_.clear();
  context_.emplace(ssl::context::tls_client);
  if (config_.verify != TlsVerify::off) trust();
  if (!config_.certificate_file.empty() && problem_.empty()) show();
}

void TlsContext::trust() {
  const auto& file = config_.ca_file;
  boost::system::error_code error;
  context_->set_verify_mode(ssl::verify_peer);
  if (file.empty())
    context_->set_default_verify_paths(error);
  else
    context_->load_verify_file(file, error);
  if (error)
    problem_ =
        fmt::format("the certificates in {} cannot be read", file.empty() ? "the system's store" : file);
}

/// A key with a passphrase is refused: OpenSSL would ask for it on a terminal.
void TlsContext::show() {
  const auto& key = config_.key_file.empty() ? config_.certificate_file : config_.key_file;
  boost::system::error_code error;
  context_->set_password_callback([](std::size_t, ssl::context::password_purpose) { return std::string(); },
                                  error);
  context_->use_certificate_chain_file(config_.certificate_file, error);
  if (error) return (void)(problem_ = fmt::format("{} has no certificate", config_.certificate_file));
  context_->use_private_key_file(key, ssl::context::pem, error);
  if (error) problem_ = fmt::format("{} has no key that fits the certificate", key);
}

TlsConversation::TlsConversation(Conversation::Socket& socket, TlsContext& context, const std::string& host)
    : stream_(socket, context.current()) {
  expect(context.config().server_name.empty() ? host : context.config().server_name);
}

void TlsConversation::expect(const std::string& name) {
  auto* const tls = stream_.native_handle();
  if (!is_name(name)) return (void)X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(tls), name.c_str());
  // As the macro SSL_set_tlsext_host_name() does, without its cast.
  (void)SSL_ctrl(tls, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
                 const_cast<char*>(name.c_str()));
  (void)SSL_set1_host(tls, name.c_str());
}

boost::asio::awaitable<std::pair<TlsConversation::Error, std::string>> TlsConversation::handshake() {
  const auto [error] = co_await stream_.async_handshake(ssl::stream_base::client, as_tls_result);
  co_return std::pair(error, error ? words_of(error) : std::string());
}

std::string TlsConversation::words_of(const Error& error) {
  const long verified = SSL_get_verify_result(stream_.native_handle());
  if (verified != X509_V_OK)
    return fmt::format("its certificate is not accepted: {}", X509_verify_cert_error_string(verified));
  if (error == boost::asio::error::eof || error == ssl::error::stream_truncated)
    return "it ended the TLS handshake";
  const char* const reason = ERR_reason_error_string(static_cast<unsigned long>(error.value()));
  return fmt::format("the TLS handshake failed: {}", reason ? reason : error.message());
}

boost::asio::awaitable<TlsConversation::Error> TlsConversation::write(std::string_view bytes) {
  const auto [error, written] = co_await boost::asio::async_write(
      stream_, boost::asio::buffer(bytes.data(), bytes.size()), as_tls_result);
  co_return error;
}

boost::asio::awaitable<std::pair<TlsConversation::Error, std::size_t>> TlsConversation::read_some(
    boost::asio::mutable_buffer into) {
  auto [error, bytes] = co_await stream_.async_read_some(into, as_tls_result);
  // Many peers end without a close_notify. What an answer lacks then is found by who reads it.
  if (error == ssl::error::stream_truncated) error = boost::asio::error::eof;
  co_return std::pair(error, bytes);
}

}  // namespace duplexd
