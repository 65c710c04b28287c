#include "core/handover/json_fields.hpp"

#include <sys/socket.h>

#include <stdexcept>
#include <string>

namespace duplexd::json_fields {

void read(std::string_view text, SocketAddress& address) {
  address = {};
  if (text == address.to_string()) return;
  const Parsed<SocketAddress> parsed = SocketAddress::parse(text);
  if (!parsed) throw std::invalid_argument(parsed.error().what);
  address = *parsed;
}

// Of a Unix peer only the family is known.
void read(std::string_view text, PeerAddress& address) {
  if (text == PeerAddress().to_string()) return;
  SocketAddress at;
  read(text == "unix:" ? "unix:@peer" : text, at);
  address = PeerAddress(at);
}

void read(std::string_view text, CloseReason& reason) {
  reason = CloseReason::local_error;
  for (std::size_t i = 0; i < close_reason_count; ++i) {
    if (to_word(static_cast<CloseReason>(i)) == text) reason = static_cast<CloseReason>(i);
  }
}

}  // namespace duplexd::json_fields
