#include "core/health/make_check.hpp"

#include "core/conversation/conversation_end.hpp"
#include "core/health/checks/checks.hpp"

#include <fmt/format.h>

#include <new>
#include <utility>

namespace duplexd {
namespace {

using Outcome = CheckResult::Outcome;
using Clock = std::chrono::steady_clock;

Words talk(Conversation& peer, const PreparedCheck& check) {
  switch (check.config->type) {
    case CheckType::tls:
      return check_tls(peer, check);
    case CheckType::exchange:
      return check_exchange(peer, check);
    case CheckType::http:
    case CheckType::https:
      return check_http(peer, check);
    case CheckType::redis:
      return check_redis(peer, check);
    case CheckType::postgres:
      return check_postgres(peer, check);
    case CheckType::mysql:
      return check_mysql(peer, check);
    case CheckType::smtp:
      return check_smtp(peer, check);
    case CheckType::ldap:
      return check_ldap(peer, check);
    case CheckType::off:
    case CheckType::tcp:
      break;
  }
  return check_tcp(peer, check);
}

Words converse(const boost::asio::any_io_executor& executor, const ConversationTarget& target,
               const PreparedCheck& check) {
  Conversation peer(executor, target, {.timeout = check.config->timeout});
  co_await peer.connect();
  auto words = co_await talk(peer, check);
  co_return words;
}

}  // namespace

boost::asio::awaitable<CheckResult> make_check(boost::asio::any_io_executor executor,
                                               ConversationTarget target,
                                               std::shared_ptr<const PreparedCheck> check) {
  const auto begun = Clock::now();
  CheckResult result;
  try {
    result.words = co_await converse(executor, target, *check);
    result.outcome = Outcome::passed;
  } catch (const ConversationEnd& end) {
    const bool is_ours = end.fault() == ConversationEnd::Fault::host;
    result.outcome = is_ours ? Outcome::not_made : Outcome::failed;
    result.words = is_ours ? fmt::format("not checked: {}", end.what()) : end.what();
  } catch (const std::bad_alloc&) {
    throw;
  } catch (const std::exception& error) {
    result.words = fmt::format("not checked: {}", error.what());
  }
  result.took = std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - begun);
  co_return result;
}

}  // namespace duplexd
