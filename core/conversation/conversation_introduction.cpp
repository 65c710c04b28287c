// The PROXY header of a conversation, in which this host is the client itself.
#include "core/conversation/conversation.hpp"
#include "core/net/address/address_text.hpp"
#include "core/net/proxy_header/proxy_introduction.hpp"
#include "core/net/socket/stream.hpp"

#include <array>
#include <cstddef>

namespace duplexd {

int Conversation::descriptor() { return unwatched_ ? unwatched_.get() : socket_.native_handle(); }

/// Of a name at the end of a tunnel, nothing is known.
SocketAddress Conversation::destination() const noexcept {
  if (!target_.tunnel) return target_.address;
  const TunnelTarget beyond = target_.beyond();
  const auto ip = parse_ip(beyond.host);
  return ip ? socket_address(*ip, beyond.port) : SocketAddress();
}

// Version 1 has no LOCAL, and many refuse its UNKNOWN (section 2.1 of proxy-protocol.txt): it has the
// addresses of this connection.
Conversation::Awaitable<void> Conversation::introduce(ProxyVersion version) {
  const bool has_local = version == ProxyVersion::v2;
  const ProxyIntroduction self{.command = has_local ? ProxyCommand::local : ProxyCommand::proxy,
                               .source = local_address(descriptor()),
                               .destination = destination()};
  std::array<std::byte, plain_proxy_header> header;
  const auto size = write_proxy_header(version, self, header);
  co_await send({reinterpret_cast<const char*>(header.data()), size});
}

}  // namespace duplexd
