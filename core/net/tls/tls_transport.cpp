#include "core/net/tls/tls_transport.hpp"

#include "core/net/socket/stream.hpp"

#include <openssl/bio.h>

#include <cstddef>
#include <span>

namespace duplexd {
namespace {

TlsTransport& transport_of(BIO* bio) noexcept { return *static_cast<TlsTransport*>(BIO_get_data(bio)); }

int told(BIO* bio, const IoResult& result, int retry) noexcept {
  BIO_clear_retry_flags(bio);
  if (result.error == 0) return static_cast<int>(result.bytes);
  if (result.would_block())
    BIO_set_flags(bio, retry | BIO_FLAGS_SHOULD_RETRY);
  else
    transport_of(bio).error = result.error;
  return -1;
}

int read_bio(BIO* bio, char* into, int size) noexcept {
  auto& transport = transport_of(bio);
  const auto result =
      receive(transport.descriptor, std::as_writable_bytes(std::span(into, static_cast<std::size_t>(size))));
  transport.ended = result.end_of_stream();
  return told(bio, result, BIO_FLAGS_READ);
}

int write_bio(BIO* bio, const char* from, int size) noexcept {
  const auto bytes = std::as_bytes(std::span(from, static_cast<std::size_t>(size)));
  return told(bio, send(transport_of(bio).descriptor, bytes), BIO_FLAGS_WRITE);
}

// Not BIO_CTRL_EOF: OpenSSL would answer the end of the stream with an alert.
long control_bio(BIO*, int command, long, void*) noexcept { return command == BIO_CTRL_FLUSH ? 1 : 0; }

int create_bio(BIO* bio) noexcept {
  BIO_set_init(bio, 1);
  return 1;
}

BIO_METHOD* make_method() noexcept {
  BIO_METHOD* const method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "duplexd socket");
  if (!method) return nullptr;
  BIO_meth_set_read(method, read_bio);
  BIO_meth_set_write(method, write_bio);
  BIO_meth_set_ctrl(method, control_bio);
  BIO_meth_set_create(method, create_bio);
  return method;
}

}  // namespace

BIO* make_bio(TlsTransport& transport) noexcept {
  static BIO_METHOD* const method = make_method();
  BIO* const bio = method ? BIO_new(method) : nullptr;
  if (bio) BIO_set_data(bio, &transport);
  return bio;
}

}  // namespace duplexd
