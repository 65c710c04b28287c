#include "core/conversation/conversation_target.hpp"

#include "core/net/address/address_text.hpp"

namespace duplexd {

std::string ConversationTarget::host() const {
  if (address.is_unix()) return "localhost";
  const auto parts = split_address(name);
  return std::string(parts ? parts->host : std::string_view(name));
}

}  // namespace duplexd
