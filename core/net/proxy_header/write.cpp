#include "core/net/proxy_header/writing.hpp"

namespace duplexd {

std::size_t write_proxy_header(ProxyVersion version, const ProxyIntroduction& introduction,
                               std::span<std::byte> into) noexcept {
  return version == ProxyVersion::v1 ? write_proxy_v1(introduction, into)
                                     : write_proxy_v2(introduction, into);
}

}  // namespace duplexd
