#include "core/catalog/etcd_catalog.hpp"

#include "core/config/endpoints/catalog_entry.hpp"
#include "core/config/spelling/wording.hpp"
#include "core/conversation/conversation_end.hpp"

#include <fmt/format.h>

namespace duplexd {
namespace {

constexpr unsigned etcd_ok = 200;
constexpr std::size_t longest_line = 8 << 20;

bool is_refusal(unsigned status) { return status >= 400 && status < 500; }

template <class T>
T or_fail(Parsed<T> answer) {
  if (!answer) fail_but_connected(fmt::format("its answer {}", answer.error().what));
  return *std::move(answer);
}

[[noreturn]] void fail_by_status(unsigned status, std::string_view body) {
  const auto message = etcd_error(body);
  fail_but_connected(message.empty() ? fmt::format("answered {}", status)
                                     : fmt::format("answered {}: {}", status, message));
}

}  // namespace

HttpQuestion EtcdCatalog::request(std::string path, std::string body) const {
  HttpQuestion request{.method = "POST", .path = std::move(path), .body = std::move(body)};
  request.headers.emplace_back("Content-Type", "application/json");
  if (!token_.empty()) request.headers.emplace_back("Authorization", token_);
  return request;
}

boost::asio::awaitable<void> EtcdCatalog::visit(const CatalogVisit& visit) {
  co_await list(visit);
  co_await watch(visit);
}

boost::asio::awaitable<void> EtcdCatalog::log_in(const CatalogVisit& visit) {
  token_.clear();
  const auto password = config_.password_file.empty() ? "" : secret_in(config_.password_file);
  CatalogCall call(visit);
  const unsigned status =
      co_await call.ask(request("/v3/auth/authenticate", etcd_login_request(config_.user, password)));
  const auto body = co_await call.answer().body();
  if (status != etcd_ok) fail_by_status(status, body);
  token_ = or_fail(parse_etcd_token(body));
}

// A token is kept until it is refused, because etcd makes a login costly: it has expired, or users or roles
// have changed.
boost::asio::awaitable<void> EtcdCatalog::list(const CatalogVisit& visit) {
  const bool had_token = !token_.empty();
  if (!had_token && !config_.user.empty()) co_await log_in(visit);
  const bool is_listed = co_await try_to_list(visit, had_token);
  if (is_listed) co_return;
  co_await log_in(visit);
  co_await try_to_list(visit, false);
}

/// False: the token, which `may_be_old`, is refused.
boost::asio::awaitable<bool> EtcdCatalog::try_to_list(const CatalogVisit& visit, bool may_be_old) {
  CatalogCall call(visit);
  const unsigned status = co_await call.ask(
      request("/v3/kv/range", etcd_range_request(config_.prefix, CatalogEntries::most + 1)));
  const auto body = co_await call.answer().body();
  if (may_be_old && is_refusal(status)) co_return false;
  if (status != etcd_ok) fail_by_status(status, body);
  take(or_fail(parse_etcd_range(body)));
  visit.on_list(entries_);
  co_return true;
}

void EtcdCatalog::take(const EtcdRange& range) {
  entries_ = {};
  revision_ = range.revision;
  for (const EtcdValue& value : range.values) apply(value);
}

void EtcdCatalog::apply(const EtcdValue& value) {
  if (!value.value) return entries_.erase(value.key);
  if (!entries_.set(value.key, parse_catalog_entry(*value.value)))
    fail_but_connected(fmt::format("it has more than {} keys below the prefix", CatalogEntries::most));
}

/// Returns when `refresh` is over, or when etcd has forgotten what it was to begin at: both mean to list
/// anew.
boost::asio::awaitable<void> EtcdCatalog::watch(const CatalogVisit& visit) {
  CatalogCall call(visit);
  const unsigned status =
      co_await call.ask(request("/v3/watch", etcd_watch_request(config_.prefix, revision_ + 1)));
  if (status != etcd_ok) {
    const auto body = co_await call.answer().body();
    fail_by_status(status, body);
  }
  call.peer().give(visit.access.refresh);
  try {
    co_await follow(visit, call.answer());
  } catch (const ConversationEnd&) {
    if (!call.peer().is_over()) throw;
  }
}

boost::asio::awaitable<void> EtcdCatalog::follow(const CatalogVisit& visit, HttpAnswer& answer) {
  for (bool goes_on = take_lines(visit, answer); goes_on; goes_on = take_lines(visit, answer)) {
    if (answer.text().size() > longest_line) fail_but_connected("its news are too long");
    const bool more = co_await answer.more();
    if (!more) fail_but_connected("it ended the watch");
  }
}

/// False: etcd has forgotten what the watch was to begin at. Changes of one message are told at once.
bool EtcdCatalog::take_lines(const CatalogVisit& visit, HttpAnswer& answer) {
  for (auto end = answer.text().find('\n'); end != std::string_view::npos; end = answer.text().find('\n')) {
    const EtcdNews news = or_fail(parse_etcd_news(answer.text().substr(0, end)));
    answer.take(end + 1);
    for (const EtcdValue& value : news.values) apply(value);
    if (!news.values.empty()) visit.on_list(entries_);
    if (news.compact_revision > 0) return false;
    if (news.ended) fail_but_connected(fmt::format("it ended the watch: {}", news.reason));
  }
  return true;
}

}  // namespace duplexd
