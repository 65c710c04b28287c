// What pg_isready(1) does: begins to log in, and lets the answer tell whether logins are taken. Messages are
// those of https://www.postgresql.org/docs/current/protocol-message-formats.html.
#include "core/config/spelling/wording.hpp"
#include "core/conversation/conversation_end.hpp"
#include "core/health/checks/big_endian.hpp"
#include "core/health/checks/checks.hpp"

#include <fmt/format.h>

namespace duplexd {
namespace {

constexpr std::uint32_t protocol_3_0 = 196'608;
constexpr std::uint32_t longest_message = 16'384;

std::string startup(const CheckConfig& config) {
  const std::string user = config.user.empty() ? "duplexd" : config.user;
  std::string parameters = "user" + std::string(1, '\0') + user + '\0';
  if (!config.database.empty()) parameters += "database" + std::string(1, '\0') + config.database + '\0';
  parameters += '\0';
  return big_endian(static_cast<std::uint32_t>(parameters.size() + 8)) + big_endian(protocol_3_0) +
         parameters;
}

/// A field of an ErrorResponse: 'C' is the SQLSTATE, 'M' the message.
std::string field(std::string_view error, char type) {
  while (!error.empty() && error.front() != '\0') {
    const auto end = error.find('\0');
    if (end == std::string_view::npos) break;
    if (error.front() == type) return std::string(error.substr(1, end - 1));
    error.remove_prefix(end + 1);
  }
  return "";
}

/// Whoever refuses a user or a database takes logins (class 28, class 3D).
std::string judge(std::string_view error) {
  const auto state = field(error, 'C');
  const auto message = in_quotes(field(error, 'M'));
  if (state.starts_with("28") || state.starts_with("3D"))
    return fmt::format("takes logins, though it answered {}", message);
  fail_but_connected(fmt::format("answered {}", message));
}

}  // namespace

Words check_postgres(Conversation& peer, const PreparedCheck& check) {
  co_await peer.send(startup(*check.config));
  const auto head = co_await peer.exactly(5);
  const auto size = from_big_endian(std::string_view(head).substr(1));
  const bool is_known = head.front() == 'R' || head.front() == 'E';
  if (!is_known || size < 4 || size > longest_message) fail_but_connected("its answer is not PostgreSQL's");
  const auto body = co_await peer.exactly(size - 4);
  if (head.front() == 'E') co_return judge(body);
  co_await peer.send("X" + big_endian(4));  // Terminate
  co_return "takes logins";
}

}  // namespace duplexd
