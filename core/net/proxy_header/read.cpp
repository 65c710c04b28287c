#include "core/net/proxy_header/versions.hpp"

#include <algorithm>

namespace duplexd {
namespace {

/// Whether one of them begins with the other.
bool agree(std::string_view seen, std::string_view signature) noexcept {
  const auto common = std::min(seen.size(), signature.size());
  return seen.substr(0, common) == signature.substr(0, common);
}

}  // namespace

ProxyReading read_proxy_header(std::span<const std::byte> seen, std::size_t most) noexcept {
  const std::string_view bytes(reinterpret_cast<const char*>(seen.data()), seen.size());
  if (bytes.starts_with(proxy_signature_v1)) return read_proxy_v1(bytes);
  if (bytes.starts_with(proxy_signature_v2)) return read_proxy_v2(bytes, most);
  const bool may_become = agree(bytes, proxy_signature_v1) || agree(bytes, proxy_signature_v2);
  return {.state = may_become ? ProxyReading::State::more : ProxyReading::State::none};
}

}  // namespace duplexd
