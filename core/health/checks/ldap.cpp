// An anonymous bind (RFC 4511, 4.2), whose messages are in BER.
#include "core/conversation/conversation_end.hpp"
#include "core/health/checks/big_endian.hpp"
#include "core/health/checks/checks.hpp"

#include <fmt/format.h>

namespace duplexd {
namespace {

using namespace std::string_view_literals;

// LDAPMessage { messageID 1, BindRequest { version 3, name "", simple "" } }, and { messageID 2,
// UnbindRequest }
constexpr auto bind_request = "\x30\x0c\x02\x01\x01\x60\x07\x02\x01\x03\x04\x00\x80\x00"sv;
constexpr auto unbind_request = "\x30\x05\x02\x01\x02\x42\x00"sv;
constexpr char sequence = '\x30', integer = '\x02', bind_response = '\x61', enumerated = '\x0a';

/// Takes a tag and a length, which is returned.
Conversation::Awaitable<std::size_t> element(Conversation& peer, char tag) {
  const auto head = co_await peer.exactly(2);
  std::size_t size = static_cast<unsigned char>(head[1]);
  const std::size_t more = size & 0x7f;  // bytes of a long length
  if (head[0] != tag || (size > 0x7f && (more == 0 || more > 4)))
    fail_but_connected("its answer is not LDAP's");
  if (size > 0x7f) {
    const auto bytes = co_await peer.exactly(more);
    size = from_big_endian(bytes);
  }
  co_return size;
}

Conversation::Awaitable<unsigned> number(Conversation& peer, char tag) {
  const std::size_t size = co_await element(peer, tag);
  if (size == 0 || size > 4) fail_but_connected("its answer is not LDAP's");
  const auto bytes = co_await peer.exactly(size);
  co_return from_big_endian(bytes);
}

}  // namespace

Words check_ldap(Conversation& peer, const PreparedCheck&) {
  co_await peer.send(bind_request);
  (void)co_await element(peer, sequence);
  (void)co_await number(peer, integer);
  (void)co_await element(peer, bind_response);
  const unsigned code = co_await number(peer, enumerated);
  if (code != 0) fail_but_connected(fmt::format("answered the anonymous bind with code {}", code));
  co_await peer.send(unbind_request);
  co_return "took the anonymous bind";
}

}  // namespace duplexd
