// The greeting of a server, and a login without a password if there is a user. Packets are those of
// https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_connection_phase.html.
#include "core/config/spelling/wording.hpp"
#include "core/conversation/conversation_end.hpp"
#include "core/health/checks/checks.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace duplexd {
namespace {

constexpr char is_ok = '\x00', asks_for_more = '\x01', is_error = '\xff', switches_method = '\xfe';
constexpr std::size_t longest_packet = 16'384;

struct Packet {
  unsigned char number = 0;
  std::string payload;
};

Conversation::Awaitable<Packet> receive(Conversation& peer) {
  const auto head = co_await peer.exactly(4);
  const auto byte = [&](std::size_t at) {
    return static_cast<std::size_t>(static_cast<unsigned char>(head[at]));
  };
  const std::size_t size = byte(0) | byte(1) << 8 | byte(2) << 16;
  if (size == 0 || size > longest_packet) fail_but_connected("its answer is not MySQL's");
  Packet received;
  received.number = static_cast<unsigned char>(byte(3));
  received.payload = co_await peer.exactly(size);
  co_return received;
}

std::string packet(unsigned number, std::string_view payload) {
  const std::string head{static_cast<char>(payload.size()), '\0', '\0', static_cast<char>(number)};
  return head + std::string(payload);
}

/// Behind a code of two bytes, and "#" with a state of five that are not there before a login.
[[noreturn]] void fail_by_error(std::string_view payload) {
  auto message = payload.substr(std::min<std::size_t>(3, payload.size()));
  if (message.starts_with('#')) message.remove_prefix(std::min<std::size_t>(6, message.size()));
  fail_but_connected(fmt::format("answered {}", in_quotes(message)));
}

std::string login(const std::string& user) {
  // CLIENT_LONG_PASSWORD, CLIENT_PROTOCOL_41, CLIENT_SECURE_CONNECTION, CLIENT_PLUGIN_AUTH
  std::string payload("\x01\x82\x08\x00", 4);
  payload += std::string("\x00\x00\x00\x01", 4);  // packets of at most 16 MiB
  payload += '\x21';                              // utf8
  payload += std::string(23, '\0');
  payload += user.substr(0, 80) + '\0';
  payload += '\0';  // no password
  return payload + "mysql_native_password" + '\0';
}

Conversation::Awaitable<void> log_in(Conversation& peer, const std::string& user) {
  co_await peer.send(packet(1, login(user)));
  auto answer = co_await receive(peer);
  if (answer.payload.front() == switches_method) {
    co_await peer.send(packet(answer.number + 1u, ""));  // no password for this method either
    answer = co_await receive(peer);
  }
  if (answer.payload.front() == is_error) fail_by_error(answer.payload);
  if (answer.payload.front() == asks_for_more) fail_but_connected("it asks for a password");
  if (answer.payload.front() != is_ok) fail_but_connected("its answer is not MySQL's");
  co_await peer.send(packet(0, "\x01"));  // COM_QUIT
}

}  // namespace

Words check_mysql(Conversation& peer, const PreparedCheck& check) {
  const auto greeting = co_await receive(peer);
  if (greeting.payload.front() == is_error) fail_by_error(greeting.payload);
  if (greeting.payload.front() != '\x0a') fail_but_connected("its answer is not MySQL's");
  if (check.config->user.empty()) co_return "greeted";
  co_await log_in(peer, check.config->user);
  co_return "logged in";
}

}  // namespace duplexd
