// The greeting, EHLO and QUIT (RFC 5321).
#include "core/config/spelling/wording.hpp"
#include "core/conversation/conversation_end.hpp"
#include "core/health/checks/checks.hpp"

#include <fmt/format.h>

namespace duplexd {
namespace {

/// A reply has several lines if all but the last one have a hyphen behind the code.
Conversation::Awaitable<void> expect(Conversation& peer, std::string_view code) {
  auto line = co_await peer.line();
  while (line.starts_with(code) && line.substr(code.size()).starts_with('-')) line = co_await peer.line();
  if (!line.starts_with(code)) fail_but_connected(fmt::format("answered {}", in_quotes(line)));
}

}  // namespace

Words check_smtp(Conversation& peer, const PreparedCheck&) {
  co_await expect(peer, "220");
  co_await peer.send("EHLO localhost\r\n");
  co_await expect(peer, "250");
  co_await peer.send("QUIT\r\n");
  co_return "answered 250";
}

}  // namespace duplexd
