#include "core/reload/required_names.hpp"

#include "core/reload/discovery/catalog_source.hpp"
#include "core/reload/discovery/service_endpoints.hpp"

#include <cstddef>
#include <deque>
#include <new>
#include <string>
#include <utility>
#include <variant>

namespace duplexd {

namespace {

/// How the names of an upstream are asked for.
struct Manner {
  explicit Manner(const UpstreamConfig& upstream)
      : interval(upstream.resolve.interval),
        required(upstream.resolve.required),
        proxy_resolves(upstream.via.enabled) {}

  Duration interval;
  bool required;
  bool proxy_resolves;  ///< hosts, but no services
};

}  // namespace

struct RequiredNames::State : std::enable_shared_from_this<State> {
  State(boost::asio::io_context& control, Done on_done) : deadline(control), done(std::move(on_done)) {}

  void ask(NameService& service, const UpstreamConfig& upstream);
  void ask_about(NameService& service, const EndpointConfig& endpoint, const Manner& manner);
  void ask(NameService& service, const EndpointAddress& address, const Manner& manner);
  void ask_known(NameService& service, const UpstreamConfig& upstream);
  void ask(NameService& names, CatalogService& service, const UpstreamConfig& upstream);
  void follow(const NameState& state, NameService& service, const Manner& manner);
  void follow(const std::vector<EndpointConfig>& endpoints, NameService& service, const Manner& manner);
  void wait(Duration limit);
  void on_change();
  bool all_answered();
  void finish();

  struct Name {
    NameService::Subscription subscription;
    NameService& service;
    Manner manner;
  };

  struct AskedCatalog {
    CatalogService::Subscription subscription;
    NameService& names;
    Manner manner;
  };

  std::vector<AskedCatalog> catalogs;
  std::size_t catalogs_answered = 0;  // the first so many of them
  std::deque<Name> names;             // an answer asks for more of them, and its own stays where it is
  std::size_t answered = 0;           // the first so many of them
  boost::asio::steady_timer deadline;
  Done done;  // empty: it was called, or nobody waits any more
};

void RequiredNames::State::ask(NameService& service, const UpstreamConfig& upstream) {
  const Manner manner(upstream);
  if (manner.proxy_resolves) ask(service, upstream.via.address, manner);
  for (const EndpointConfig& endpoint : upstream.endpoints) ask_about(service, endpoint, manner);
}

void RequiredNames::State::ask_about(NameService& service, const EndpointConfig& endpoint,
                                     const Manner& manner) {
  const bool is_service = std::holds_alternative<ServiceName>(endpoint.address);
  if (is_service || !manner.proxy_resolves) ask(service, endpoint.address, manner);
}

void RequiredNames::State::ask(NameService& service, const EndpointAddress& address, const Manner& manner) {
  const std::string question = question_about(address);
  if (question.empty()) return;
  names.push_back({service.subscribe(question, manner.interval,
                                     [weak = weak_from_this()] {
                                       if (const auto self = weak.lock()) self->on_change();
                                     }),
                   service, manner});
}

/// Asks for the hosts of services that are known: who goes over to others wants to have their addresses.
void RequiredNames::State::ask_known(NameService& service, const UpstreamConfig& upstream) {
  for (const EndpointConfig& endpoint : upstream.endpoints) {
    if (!std::holds_alternative<ServiceName>(endpoint.address)) continue;
    const Manner manner(upstream);
    const auto known = service.subscribe(question_about(endpoint.address), manner.interval, [] {});
    follow(known.state(), service, manner);
  }
}

/// Asks for the catalogs of an upstream, and for the hosts that they name as far as that is known.
void RequiredNames::State::ask(NameService& service, CatalogService& all, const UpstreamConfig& upstream) {
  for (const CatalogQuestion& question : questions_of(upstream)) {
    auto subscription = all.subscribe(question, [weak = weak_from_this()] {
      if (const auto self = weak.lock()) self->on_change();
    });
    catalogs.push_back({std::move(subscription), service, Manner(upstream)});
  }
}

/// Asks for the hosts that a service has named.
void RequiredNames::State::follow(const NameState& state, NameService& service, const Manner& manner) {
  if (state.targets) follow(endpoints_of(EndpointConfig{}, *state.targets), service, manner);
}

void RequiredNames::State::follow(const std::vector<EndpointConfig>& endpoints, NameService& service,
                                  const Manner& manner) {
  for (const EndpointConfig& endpoint : endpoints) ask_about(service, endpoint, manner);
}

void RequiredNames::State::wait(Duration limit) {
  deadline.expires_after(limit);
  deadline.async_wait([weak = weak_from_this()](const boost::system::error_code& error) {
    if (const auto self = weak.lock(); self && !error) self->finish();
  });
}

// Without memory for the hosts of a service they are not waited for.
void RequiredNames::State::on_change() {
  try {
    if (!all_answered()) return;
  } catch (const std::bad_alloc&) {
  }
  finish();
}

bool RequiredNames::State::all_answered() {
  for (; catalogs_answered < catalogs.size(); ++catalogs_answered) {
    const AskedCatalog& catalog = catalogs[catalogs_answered];
    const CatalogState& state = catalog.subscription.state();
    if (catalog.manner.required && !state.answered) return false;
    if (state.endpoints) follow(*state.endpoints, catalog.names, catalog.manner);
  }
  for (; answered < names.size() && !names[answered].subscription.awaits_answer(); ++answered) {
    const Name& name = names[answered];
    follow(name.subscription.state(), name.service, name.manner);
  }
  return answered == names.size();
}

void RequiredNames::State::finish() {
  if (done) std::exchange(done, nullptr)();
}

RequiredNames::RequiredNames(boost::asio::io_context& control, NameService& names, CatalogService& catalogs,
                             const Config& config, Duration patience, Done on_done)
    : state_(std::make_shared<State>(control, std::move(on_done))) {
  for (const UpstreamConfig& upstream : config.upstreams) {
    upstream.resolve.required ? state_->ask(names, upstream) : state_->ask_known(names, upstream);
    state_->ask(names, catalogs, upstream);
  }
  state_->wait(state_->all_answered() ? Duration(0) : patience);
}

}  // namespace duplexd
