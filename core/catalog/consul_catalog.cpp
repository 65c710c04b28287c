#include "core/catalog/consul_catalog.hpp"

#include "core/catalog/answers/consul_answers.hpp"
#include "core/config/spelling/wording.hpp"
#include "core/conversation/conversation_end.hpp"

#include <fmt/format.h>

namespace duplexd {
namespace {

constexpr unsigned consul_ok = 200;
constexpr std::size_t longest_body_shown = 200;

}  // namespace

// After a failure another server may be asked, or the same one after a restart: the index begins anew.
boost::asio::awaitable<void> ConsulCatalog::visit(const CatalogVisit& visit) {
  try {
    co_await query(visit);
  } catch (...) {
    index_ = {};
    throw;
  }
}

boost::asio::awaitable<void> ConsulCatalog::query(const CatalogVisit& visit) {
  HttpQuestion request{.path = consul_path(config_, index_.next())};
  if (!config_.token_file.empty())
    request.headers.emplace_back("X-Consul-Token", secret_in(config_.token_file));
  const auto patience = index_.next() > 0 ? longest_wait(visit.access.refresh) : std::chrono::milliseconds(0);
  CatalogCall call(visit);
  const unsigned status = co_await call.ask(std::move(request), patience);
  const auto body = co_await call.answer().body();
  if (status != consul_ok)
    fail_but_connected(fmt::format("answered {}: {}", status, printable(body.substr(0, longest_body_shown))));
  auto entries = parse_consul_instances(body);
  if (!entries) fail_but_connected(fmt::format("its answer {}", entries.error().what));
  if (!index_.take(call.answer().header("X-Consul-Index")))
    fail_but_connected("its answer has no X-Consul-Index above 0");
  visit.on_list(*entries);
}

}  // namespace duplexd
