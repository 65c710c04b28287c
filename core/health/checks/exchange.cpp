// Sends and expects, step by step.
#include "core/config/spelling/wording.hpp"
#include "core/conversation/conversation_end.hpp"
#include "core/health/checks/checks.hpp"

#include <fmt/format.h>

namespace duplexd {
namespace {

[[noreturn]] void fail_by(std::string_view answer) {
  if (answer.empty()) fail_but_connected("it ended without an answer");
  fail_but_connected(fmt::format("answered {}", in_quotes(answer)));
}

/// A prefix that the bytes so far contradict will not come any more.
bool is_hopeless(const TextMatch& wanted, std::string_view answer) {
  return wanted.how == TextMatch::How::prefix &&
         !wanted.text.starts_with(answer.substr(0, wanted.text.size()));
}

Conversation::Awaitable<void> expect(Conversation& peer, const TextMatch& wanted, const Regex& matches) {
  while (!matches(peer.received())) {
    if (is_hopeless(wanted, peer.received())) fail_by(peer.received());
    const bool more = co_await peer.receive();
    if (!more) fail_by(peer.received());
  }
}

}  // namespace

Words check_exchange(Conversation& peer, const PreparedCheck& check) {
  const auto& steps = check.config->steps;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    if (!steps[i].sends) {
      co_await expect(peer, steps[i].bytes, check.steps[i]);
    } else {
      peer.take(peer.received().size());
      co_await peer.send(steps[i].bytes.text);
    }
  }
  co_return "answered as expected";
}

}  // namespace duplexd
