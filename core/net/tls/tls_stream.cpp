#include "core/net/tls/tls_stream.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <new>
#include <utility>

namespace duplexd {
namespace {

constexpr unsigned long modes =
    SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS;

std::string_view text_of(const char* text) noexcept { return text ? text : std::string_view(); }

/// Of the peer, by close_notify.
bool has_said_end(const SSL& ssl) noexcept { return (SSL_get_shutdown(&ssl) & SSL_RECEIVED_SHUTDOWN) != 0; }

}  // namespace

TlsStream::TlsStream(Handle ssl, int descriptor) noexcept : ssl_(std::move(ssl)) {
  transport_.descriptor = descriptor;
}

// A stream that was cut short may be resumed nevertheless: OpenSSL would forget it otherwise.
TlsStream::~TlsStream() { SSL_set_shutdown(ssl_.get(), SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN); }

std::unique_ptr<TlsStream> TlsStream::over(SSL_CTX& context, int descriptor) noexcept {
  Handle ssl(SSL_new(&context), SSL_free);
  if (!ssl) return nullptr;
  SSL_set_mode(ssl.get(), modes);
  SSL_set_options(ssl.get(), SSL_OP_NO_RENEGOTIATION);
  // Measured: a tenth less CPU for receiving. A larger buffer adds little, and a stalled record would hold
  // it.
  SSL_set_read_ahead(ssl.get(), 1);
  std::unique_ptr<TlsStream> stream(new (std::nothrow) TlsStream(std::move(ssl), descriptor));
  BIO* const bio = stream ? make_bio(stream->transport_) : nullptr;
  if (!bio) return nullptr;
  SSL_set_bio(stream->ssl_.get(), bio, bio);
  return stream;
}

std::unique_ptr<TlsStream> TlsStream::accepting(SSL_CTX& context, int descriptor) noexcept {
  auto stream = over(context, descriptor);
  if (stream) SSL_set_accept_state(stream->ssl_.get());
  return stream;
}

std::unique_ptr<TlsStream> TlsStream::connecting(SSL_CTX& context, int descriptor) noexcept {
  auto stream = over(context, descriptor);
  if (stream) SSL_set_connect_state(stream->ssl_.get());
  return stream;
}

// OpenSSL looks for errors in a queue of the thread, where another stream may have left some.
void TlsStream::begin() noexcept {
  ERR_clear_error();
  transport_.error = 0;
  transport_.ended = false;
}

// After the peer's close_notify OpenSSL says ZERO_RETURN also of a write that the socket refuses.
int TlsStream::error_of(int result, bool reading) noexcept {
  switch (SSL_get_error(ssl_.get(), result)) {
    case SSL_ERROR_ZERO_RETURN:
      if (reading) return 0;
      return transport_.error != 0 ? transport_.error : tls_broken;
    case SSL_ERROR_WANT_READ:
      return reading ? EAGAIN : ENOBUFS;
    case SSL_ERROR_WANT_WRITE:
      return reading ? ENOBUFS : EAGAIN;
    case SSL_ERROR_SYSCALL:
      return transport_.error != 0 ? transport_.error : tls_truncated;
    default:
      return tls_broken;
  }
}

TlsStream::Progress TlsStream::handshake() noexcept {
  begin();
  const int result = SSL_do_handshake(ssl_.get());
  const int error = result == 1 ? 0 : error_of(result, true);
  drained_ = error == EAGAIN;
  if (result == 1) return Progress::done;
  if (drained_) return Progress::wants_readable;
  if (is_out_of_memory(error)) return Progress::wants_writable;
  note(error != 0 ? error : tls_truncated);
  return Progress::failed;
}

// The first failure is the cause of those that follow.
void TlsStream::note(int error) noexcept {
  if (failure_.error != 0) return;
  failure_.error = error;
  if (error != tls_broken) return;
  failure_.code = ERR_peek_last_error();
  if (ERR_GET_REASON(failure_.code) == SSL_R_CERTIFICATE_VERIFY_FAILED)
    failure_.verify = SSL_get_verify_result(ssl_.get());
}

IoResult TlsStream::receive(std::span<std::byte> into) noexcept {
  std::size_t filled = 0;
  int error = std::exchange(behind_received_, 0);
  drained_ = false;
  while (error == 0 && filled < into.size()) {
    begin();
    std::size_t bytes = 0;
    const auto rest = into.subspan(filled);
    const int result = SSL_read_ex(ssl_.get(), rest.data(), rest.size(), &bytes);
    if (result != 1 && (error = error_of(result, true)) == 0) break;  // close_notify
    filled += bytes;
  }
  drained_ = error == EAGAIN;
  return told(filled, error, behind_received_);
}

IoResult TlsStream::peek() noexcept {
  begin();
  std::byte byte{};
  std::size_t bytes = 0;
  const int result = SSL_peek_ex(ssl_.get(), &byte, 1, &bytes);
  const int error = result == 1 ? 0 : error_of(result, true);
  drained_ = error == EAGAIN;
  return {bytes, error};
}

IoResult TlsStream::send(std::span<const std::byte> from) noexcept {
  std::size_t sent = 0;
  int error = std::exchange(behind_sent_, 0);
  while (error == 0 && sent < from.size()) {
    begin();
    std::size_t bytes = 0;
    const auto rest = from.subspan(sent);
    const int result = SSL_write_ex(ssl_.get(), rest.data(), rest.size(), &bytes);
    sent += bytes;
    if (result != 1) error = error_of(result, false);
  }
  return told(sent, error, behind_sent_);
}

// A shortage needs no keeping: it is met again.
IoResult TlsStream::told(std::size_t bytes, int error, int& behind) noexcept {
  const bool final = error != 0 && error != EAGAIN && !is_out_of_memory(error);
  if (final) note(error);
  if (bytes == 0) return {0, error};
  if (final) behind = error;
  return {bytes, 0};
}

int TlsStream::finish() noexcept {
  if (finished_) return 0;
  begin();
  const int result = SSL_shutdown(ssl_.get());
  // As shutdown_send() has it: a peer that has said its end and left is told nothing.
  const bool has_left = has_said_end(*ssl_) && transport_.error == EPIPE;
  if (result < 0 && !has_left) return error_of(result, false);
  finished_ = true;
  return shutdown_send(transport_.descriptor);
}

bool TlsStream::pending() const noexcept {
  if (drained_) return false;
  return behind_received_ != 0 || SSL_has_pending(ssl_.get()) == 1 || has_said_end(*ssl_);
}

bool TlsStream::is_established() const noexcept { return SSL_is_init_finished(ssl_.get()) == 1; }
std::string_view TlsStream::version() const noexcept { return text_of(SSL_get_version(ssl_.get())); }
std::string_view TlsStream::cipher() const noexcept { return text_of(SSL_get_cipher_name(ssl_.get())); }
bool TlsStream::resumed() const noexcept { return SSL_session_reused(ssl_.get()) == 1; }

std::string_view TlsStream::protocol() const noexcept {
  const unsigned char* text = nullptr;
  unsigned size = 0;
  SSL_get0_alpn_selected(ssl_.get(), &text, &size);
  return {reinterpret_cast<const char*>(text), size};
}

std::string_view TlsStream::server_name() const noexcept {
  return text_of(SSL_get_servername(ssl_.get(), TLSEXT_NAMETYPE_host_name));
}

}  // namespace duplexd
