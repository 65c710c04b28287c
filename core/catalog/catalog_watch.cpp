#include "core/catalog/catalog_watch.hpp"

#include "core/conversation/conversation_end.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>

#include <random>
#include <utility>

namespace duplexd {
namespace {

constexpr auto result = boost::asio::as_tuple(boost::asio::use_awaitable);

/// "etcd1.internal:2379": the URL without its scheme.
std::string without_scheme(const std::string& url) {
  auto name = url.substr(url.find("//") + 2);
  if (name.ends_with('/')) name.pop_back();
  return name;
}

}  // namespace

CatalogWatch::CatalogWatch(boost::asio::io_context& control, NameService& names, CatalogQuestion question,
                           std::function<void()> on_news)
    : control_(control),
      names_(names),
      question_(std::move(question)),
      on_news_(std::move(on_news)),
      catalog_(make_catalog(question_)),
      tls_(access_of(question_).tls),
      tries_(servers_of(question_).size(), std::random_device{}()),
      pause_(control),
      gathered_(control) {}

void CatalogWatch::start(std::optional<std::vector<EndpointConfig>> known) {
  constexpr Duration interval{30'000};
  state_.endpoints = std::move(known);
  for (const CatalogServer& server : servers_of(question_)) {
    auto& each = servers_.emplace_back(Server{server});
    if (const auto* const host = std::get_if<HostPort>(&server.address))
      each.name = names_.subscribe(host->host, interval, [weak = weak_from_this()] {
        if (const auto self = weak.lock()) self->pause_.cancel();
      });
  }
  spawn();
}

// It ends for lack of memory only, and then begins again.
void CatalogWatch::spawn() {
  const auto run = [](std::shared_ptr<CatalogWatch> self) -> boost::asio::awaitable<void> {
    co_await self->run();
  };
  const auto on_end = [weak = weak_from_this()](const std::exception_ptr& error) {
    const auto self = weak.lock();
    if (self && error && !self->stopped_) self->spawn();
  };
  boost::asio::co_spawn(control_, run(shared_from_this()),
                        boost::asio::bind_cancellation_slot(give_up_.slot(), on_end));
}

void CatalogWatch::stop() noexcept {
  stopped_ = true;
  gathered_.cancel();
  give_up_.emit(boost::asio::cancellation_type::terminal);
}

boost::asio::awaitable<void> CatalogWatch::run() {
  while (!stopped_) {
    const auto begun = Clock::now();
    auto failure = co_await visit();
    const auto lasted = std::chrono::duration_cast<CatalogTries::Time>(Clock::now() - begun);
    if (stopped_) co_return;
    const bool failed = !failure.empty();
    const auto time = failed ? tries_.after_failure(lasted) : tries_.after_success();
    if (failed) on_failure(std::move(failure));
    co_await rest(time);
  }
}

/// Returns why the server could not be followed; "": it is to be visited again.
boost::asio::awaitable<std::string> CatalogWatch::visit() {
  const Server& server = servers_[tries_.server()];
  std::string why;
  try {
    co_await visit(server);
    co_return "";
  } catch (const ConversationEnd& end) {
    why = end.what();
  } catch (const std::bad_alloc&) {
    why = "no memory left";
  } catch (const std::exception& error) {
    why = error.what();
  }
  co_return fmt::format("{}: {}", server.config.text, why);
}

boost::asio::awaitable<void> CatalogWatch::visit(const Server& server) {
  const auto address = co_await address_of(server);
  const CatalogVisit visit{control_.get_executor(), access_of(question_),
                           ConversationTarget{address, without_scheme(server.config.text), {}},
                           server.config.tls ? &tls_ : nullptr,
                           [this](const CatalogEntries& entries) { on_list(entries); }};
  co_await catalog_->visit(visit);
}

boost::asio::awaitable<SocketAddress> CatalogWatch::address_of(const Server& server) {
  const auto* const host = std::get_if<HostPort>(&server.config.address);
  if (!host) co_return std::get<SocketAddress>(server.config.address);
  if (server.name.awaits_answer() && server.name.state().addresses.empty())
    co_await rest(access_of(question_).timeout);
  const NameState& state = server.name.state();
  if (state.addresses.empty())
    fail(fmt::format("host {} has no address{}{}", host->host, state.failure.empty() ? "" : ": ",
                     state.failure));
  auto address = state.addresses[turn_++ % state.addresses.size()];
  address.set_port(host->port);
  co_return address;
}

/// The answer of a name cuts it short.
boost::asio::awaitable<void> CatalogWatch::rest(CatalogTries::Time time) {
  pause_.expires_after(time);
  (void)co_await pause_.async_wait(result);
}

void CatalogWatch::on_list(const CatalogEntries& entries) {
  auto endpoints = entries.endpoints();
  auto left_out = entries.left_out();
  const bool is_news = !state_.answered || !state_.failure.empty() || state_.endpoints != endpoints ||
                       state_.left_out != left_out;
  state_.endpoints = std::move(endpoints);
  state_.left_out = std::move(left_out);
  state_.failure.clear();
  state_.succeeded = std::chrono::system_clock::now();
  const bool is_first = !std::exchange(state_.answered, true);
  if (is_news) tell_after(is_first ? std::chrono::milliseconds(0) : gathering);
}

void CatalogWatch::on_failure(std::string words) {
  const bool begins = state_.failure.empty();
  state_.failure = std::move(words);
  state_.failed = std::chrono::system_clock::now();
  const bool is_answer = !state_.answered && tries_.all_failed();
  if (is_answer) state_.answered = true;
  if (begins || is_answer) tell_after(gathering);
}

void CatalogWatch::tell_after(std::chrono::milliseconds time) {
  if (std::exchange(gathers_, true)) return;
  gathered_.expires_after(time);
  gathered_.async_wait([weak = weak_from_this()](const boost::system::error_code& error) {
    const auto self = weak.lock();
    if (!self || error || self->stopped_) return;
    self->gathers_ = false;
    self->on_news_();
  });
}

}  // namespace duplexd
