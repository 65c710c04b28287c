#include "core/net/client_hello/ssl_request.hpp"

#include <algorithm>

namespace duplexd {
namespace {

/// Whether one begins with the other.
bool agree(std::span<const std::byte> seen, std::span<const std::byte> request) noexcept {
  const std::size_t size = std::min(seen.size(), request.size());
  return std::ranges::equal(seen.first(size), request.first(size));
}

}  // namespace

EncryptionRequest read_ssl_request(std::span<const std::byte> seen) noexcept {
  const bool tls = agree(seen, ssl_request);
  if (!tls && !agree(seen, gssenc_request)) return EncryptionRequest::other;
  if (seen.size() < ssl_request_bytes) return EncryptionRequest::more;
  if (seen.size() > ssl_request_bytes) return EncryptionRequest::eager;
  return tls ? EncryptionRequest::tls : EncryptionRequest::gss;
}

}  // namespace duplexd
