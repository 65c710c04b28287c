// PING, or ROLE where the role matters (https://redis.io/docs/reference/protocol-spec).
#include "core/config/spelling/wording.hpp"
#include "core/conversation/conversation_end.hpp"
#include "core/health/checks/checks.hpp"

#include <fmt/format.h>

#include <vector>

namespace duplexd {
namespace {

std::string command(const std::vector<std::string>& words) {
  auto text = fmt::format("*{}\r\n", words.size());
  for (const auto& word : words) text += fmt::format("${}\r\n{}\r\n", word.size(), word);
  return text;
}

[[noreturn]] void fail_by(const std::string& answer) {
  if (answer.starts_with("-NOAUTH")) fail_but_connected("it asks for a password");
  if (answer.starts_with("-WRONGPASS")) fail_but_connected("it refused the password");
  if (answer.starts_with("-LOADING")) fail_but_connected("it is loading its data");
  fail_but_connected(fmt::format("answered {}", in_quotes(answer)));
}

// Not made within the coroutines: g++ 12 does not take lists of initialisers there.
std::string login(const CheckConfig& config) {
  if (config.user.empty()) return command({"AUTH", config.password});
  return command({"AUTH", config.user, config.password});
}
std::string ask_for_role() { return command({"ROLE"}); }
std::string ask_for_pong() { return command({"PING"}); }

Conversation::Awaitable<void> log_in(Conversation& peer, const CheckConfig& config) {
  co_await peer.send(login(config));
  const auto answer = co_await peer.line();
  if (answer != "+OK") fail_by(answer);
}

/// The first element of the answer: "master", "slave" or "sentinel".
Words role(Conversation& peer) {
  co_await peer.send(ask_for_role());
  const auto array = co_await peer.line();
  if (!array.starts_with('*')) fail_by(array);
  (void)co_await peer.line();  // the length of the word
  auto word = co_await peer.line();
  if (word == "slave") co_return "replica";
  co_return word;
}

/// Each role with its article, because the endpoint may say anything.
std::string with_article(const std::string& role) {
  const bool is_known = role == "master" || role == "replica" || role == "sentinel";
  return "a " + (is_known ? role : in_quotes(role));
}

Words check_role(Conversation& peer, std::string_view wanted) {
  const auto is = co_await role(peer);
  if (is != wanted) fail_but_connected(fmt::format("it is {}, not a {}", with_article(is), wanted));
  co_return fmt::format("is a {}", is);
}

Words ping(Conversation& peer) {
  co_await peer.send(ask_for_pong());
  const auto answer = co_await peer.line();
  if (answer != "+PONG") fail_by(answer);
  co_return "answered PONG";
}

Words ask(Conversation& peer, RedisRole role) {
  if (role == RedisRole::any) return ping(peer);
  return check_role(peer, role == RedisRole::master ? "master" : "replica");
}

}  // namespace

Words check_redis(Conversation& peer, const PreparedCheck& check) {
  const auto& config = *check.config;
  if (!config.password.empty()) co_await log_in(peer, config);
  auto words = co_await ask(peer, config.role);
  co_return words;
}

}  // namespace duplexd
