// How a conversation goes through a proxy.
#include "core/conversation/conversation.hpp"
#include "core/conversation/conversation_end.hpp"
#include "core/net/tunnel/tunnel_talk.hpp"

#include <fmt/format.h>

#include <array>
#include <cstddef>
#include <span>
#include <string>

namespace duplexd {
namespace {

[[noreturn]] void fail_by(const Tunnel& tunnel, const TunnelAnswer& answer) {
  std::array<char, 127> text;
  fail(std::string(write_words(tunnel.protocol, answer, text)));
}

}  // namespace

Conversation::Awaitable<void> Conversation::go_through(const Tunnel& tunnel) {
  try {
    co_await reach();
    co_await ask_the_way(tunnel);
  } catch (const ConversationEnd& end) {
    throw ConversationEnd(end.fault(), fmt::format("its proxy: {}", end.what()));
  }
}

Conversation::Awaitable<void> Conversation::ask_the_way(const Tunnel& tunnel) {
  TunnelTalk talk(tunnel, target_.beyond());
  while (!talk.done()) {
    std::array<std::byte, TunnelTalk::most_asked> question;
    const std::size_t size = talk.ask(question);
    co_await send({reinterpret_cast<const char*>(question.data()), size});
    const TunnelAnswer answer = co_await answer_of(talk);
    if (answer.state != TunnelAnswer::State::yes) fail_by(tunnel, answer);
    take(answer.size);
    begin_answer();
  }
}

Conversation::Awaitable<TunnelAnswer> Conversation::answer_of(TunnelTalk& talk) {
  for (;;) {
    const TunnelAnswer answer = talk.hear(std::as_bytes(std::span(received())));
    if (answer.state != TunnelAnswer::State::more) co_return answer;
    const bool more = co_await receive();
    if (!more) fail_but_connected("it ended without an answer");
  }
}

}  // namespace duplexd
