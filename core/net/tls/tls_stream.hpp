#pragma once

#include "core/net/socket/stream.hpp"
#include "core/net/tls/tls_failure.hpp"
#include "core/net/tls/tls_transport.hpp"

#include <openssl/types.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

namespace duplexd {

/// TLS over a non-blocking socket that somebody else owns and closes. No call blocks, throws or raises
/// SIGPIPE. OpenSSL allocates within them: a buffer while bytes are under way, and none while a stream idles.
/// Used by one thread at a time.
///
/// Calls return what those of a plain socket do (core/net/socket/stream.hpp), and tls_truncated or
/// tls_broken. ENOBUFS: another try in a moment may succeed. That is said also where reading waits for the
/// socket to be written to, or the other way round, which only a peer that sends alerts brings about.
class TlsStream {
 public:
  enum class Progress : std::uint8_t { done, wants_readable, wants_writable, failed };

  /// Of the side that was connected to, and of the one that connected. The context may go before the stream.
  /// Null: there is no memory.
  static std::unique_ptr<TlsStream> accepting(SSL_CTX& context, int descriptor) noexcept;
  static std::unique_ptr<TlsStream> connecting(SSL_CTX& context, int descriptor) noexcept;
  ~TlsStream();
  TlsStream(const TlsStream&) = delete;
  TlsStream& operator=(const TlsStream&) = delete;

  /// To be repeated, when the socket is ready for what is wanted, until it is done or has failed. One call
  /// may compute for a millisecond.
  Progress handshake() noexcept;
  /// Why handshake() failed, or receive() or send() gave tls_broken.
  const TlsFailure& failure() const noexcept { return failure_; }

  /// Takes as much as is there and fits; an error or an end behind that is for the next call. 0 bytes: the
  /// peer's close_notify.
  IoResult receive(std::span<std::byte> into) noexcept;
  /// What receive() with a buffer of one byte would return; the byte stays.
  IoResult peek() noexcept;

  /// Sends as much as goes. After EAGAIN the same bytes come again, maybe from elsewhere and with more
  /// behind: OpenSSL has encrypted some already.
  IoResult send(std::span<const std::byte> from) noexcept;

  /// Sends close_notify, then ends the socket's direction: errno. EAGAIN: again when the socket is writable.
  /// Repeated it does nothing. receive() goes on.
  int finish() noexcept;

  /// Whether a receive() may find something of which the socket will not tell.
  bool pending() const noexcept;
  /// The last receive(), peek() or handshake() found the socket empty, and left nothing.
  bool short_read_means_empty() const noexcept { return drained_; }

  bool is_established() const noexcept;  ///< the handshake is done

  // What was agreed on, after the handshake. The texts live as long as the stream.
  std::string_view version() const noexcept;      ///< "TLSv1.3"
  std::string_view cipher() const noexcept;       ///< "TLS_AES_256_GCM_SHA384"
  std::string_view protocol() const noexcept;     ///< by ALPN; "": none
  std::string_view server_name() const noexcept;  ///< that the client asked for; "": none
  bool resumed() const noexcept;

  /// For those who make a stream ready, or ask more of it (tls_peer.hpp).
  SSL& native() const noexcept { return *ssl_; }

 private:
  using Handle = std::unique_ptr<SSL, void (*)(SSL*)>;

  TlsStream(Handle ssl, int descriptor) noexcept;
  static std::unique_ptr<TlsStream> over(SSL_CTX& context, int descriptor) noexcept;

  void begin() noexcept;
  int error_of(int result, bool reading) noexcept;
  void note(int error) noexcept;
  IoResult told(std::size_t bytes, int error, int& behind) noexcept;

  TlsTransport transport_;
  Handle ssl_;
  TlsFailure failure_;
  // An error that came behind bytes, for the next call.
  int behind_received_ = 0;
  int behind_sent_ = 0;
  bool drained_ = false;
  bool finished_ = false;
};

}  // namespace duplexd
