#include "core/conversation/conversation_target.hpp"

#include "core/net/address/address_text.hpp"

namespace duplexd {

std::string ConversationTarget::host() const {
  if (address.is_unix()) return "localhost";
  const auto parts = split_address(name);
  return std::string(parts ? parts->host : std::string_view(name));
}

TunnelTarget ConversationTarget::beyond() const noexcept {
  TunnelTarget target = tunnel_target(name, 0);
  if (port != 0) target.port = port;
  return target;
}

}  // namespace duplexd
