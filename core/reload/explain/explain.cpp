#include "core/reload/explain/explain.hpp"

#include "core/config/spelling/wording.hpp"
#include "core/reload/explain/explained_limits.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <iterator>
#include <set>

namespace duplexd {
namespace {

using Step = Greeting::Step;
using End = ExplainedEnd;
constexpr std::size_t most_listed = 20;

using Addresses = std::vector<std::shared_ptr<OpenAddress>>;

ExplainFailure unknown_listener(const Generation& served, const std::string& name) {
  std::vector<std::string_view> names;
  for (const ServedListener& each : served.listeners()) names.push_back(each.config->name);
  const std::string near = did_you_mean(name, names);
  names.resize(std::min(names.size(), most_listed));
  return {true, fmt::format("there is no listener {}{}; duplexctl status lists them: {}", in_quotes(name),
                            near, fmt::join(names, ", "))};
}

/// An address that such a client can come to; null: there is none.
const OpenAddress* address_for(const ExplainQuestion& question, const Addresses& addresses) {
  const bool by_unix = !question.client.is_ip() && !question.proxied;
  const auto fits = [&](const std::shared_ptr<OpenAddress>& each) {
    if (question.proxied && !question.port) return true;
    return each->address.is_unix() == by_unix &&
           (!question.port || by_unix || each->address.port() == *question.port);
  };
  const auto found = std::ranges::find_if(addresses, fits);
  return found == addresses.end() ? nullptr : found->get();
}

ExplainFailure no_address(const ExplainQuestion& question, const Addresses& addresses) {
  std::set<std::string> texts;
  for (const auto& each : addresses) texts.insert(each->address.to_string());
  const std::string_view remedy =
      question.client.is_ip() ? "--port gives one of its ports, and --source unix: a client of a Unix socket"
                              : "--source gives the address of a client of TCP";
  return {false, fmt::format("listener {} has no address that this client can come to, only {}; {}",
                             question.listener, fmt::join(texts, ", "), remedy)};
}

std::vector<Step> steps_of(const ListenerConfig& settings, bool ends_tls, bool trusted) {
  std::vector<Step> steps;
  for (Step step = Greeting::first(settings, ends_tls, trusted); step != Step::done;
       step = Greeting::after(step, settings, ends_tls))
    steps.push_back(step);
  return steps;
}

bool hears_hello(const std::vector<Step>& steps) {
  return std::ranges::any_of(steps, [](Step step) { return step == Step::hello || step == Step::handshake; });
}

/// What the client of the question says in its hello; none: it does not speak TLS.
std::optional<ClientHello> hello_of(const ExplainQuestion& question, bool ends_tls) {
  if (!question.server_name && !ends_tls) return std::nullopt;
  return ClientHello(question.server_name.value_or(""), "");
}

class Explaining {
 public:
  Explaining(const Generation& served, const ServedListener& listener, const ProcessLimits& process,
             const ExplainQuestion& question, const OpenAddress& address)
      : served_(served), listener_(listener), process_(process), question_(question) {
    all_.listener = listener.config;
    all_.came_to = address.address;
  }

  ExplainResult take() {
    admit();
    greet();
    if (question_.server_name && !hears_hello(all_.greeting)) return no_hello();
    route();
    return std::move(all_);
  }

 private:
  void refuse(End::By by, CloseReason reason) {
    if (all_.end.kind == End::Kind::served) all_.end = {End::Kind::refused, by, reason};
  }
  void hold(End::By by) {
    if (all_.end.kind == End::Kind::served) all_.end = {End::Kind::waits, by, std::nullopt};
  }
  void obey(std::vector<ExplainedLimit> limits) {
    for (ExplainedLimit& limit : limits) {
      if (limit.says == ExplainedLimit::Says::refuse) refuse(End::By::limit, limit.reason);
      if (limit.says == ExplainedLimit::Says::wait) hold(End::By::limit);
      all_.limits.push_back(std::move(limit));
    }
  }

  // In the order of Listener::reserve() and ListenerRoute::admit_peer().
  void admit() {
    const ListenerConfig& config = *listener_.config;
    obey(explain_room(listener_, process_));
    all_.role = question_.proxied ? PeerRole::client : peer_role(config.proxy_protocol, question_.client);
    if (all_.role == PeerRole::stranger) refuse(End::By::header, CloseReason::bad_proxy_header);
    all_.access = access_rule(config.access, question_.client);
    if (!admits(all_.access) && !config.access.dry_run) refuse(End::By::access, CloseReason::access_denied);
    obey(explain_source(listener_, question_.client));
  }

  void greet() {
    const bool trusted = question_.proxied || all_.role == PeerRole::proxy;
    all_.greeting = steps_of(*listener_.config, ends_tls(), trusted);
    if (std::ranges::find(all_.greeting, Step::handshake) != all_.greeting.end())
      obey(explain_handshakes(listener_));
  }

  void route() {
    const std::vector<RouteConfig>& routes = listener_.config->routes;
    const auto hello = hello_of(question_, ends_tls());
    Asked asked{.client = question_.client, .destination_port = all_.came_to.port()};
    if (!ends_tls() && !needs_hello(routes, asked)) std::erase(all_.greeting, Step::hello);
    all_.hears_hello = hello && hears_hello(all_.greeting);
    if (all_.hears_hello) asked.hello = &*hello;
    const RouteConfig* const taken = choose_route(routes, asked);
    for (const RouteConfig& each : routes) {
      all_.routes.push_back({all_.routes.size(), mismatch_of(each, asked)});
      if (&each == taken) break;
    }
    if (taken && taken->reject) return refuse(End::By::route, CloseReason::route_rejected);
    const auto upstream =
        taken ? listener_.routed[static_cast<std::size_t>(taken - routes.data())] : listener_.upstream;
    if (!upstream) return refuse(End::By::route, CloseReason::no_route);
    choose(served_.upstreams()[*upstream]);
  }

  void choose(const ServedUpstream& upstream) {
    all_.upstream = upstream.config;
    all_.choice = explain_choice(upstream, {question_.client, all_.came_to, now_in_millis()});
    if (all_.choice.is_refused) refuse(End::By::upstream, all_.choice.reason);
    if (all_.choice.waits) hold(End::By::upstream);
  }

  ExplainFailure no_hello() const {
    return {false, fmt::format("listener {} does not hear which name a client asks for: leave --sni out, or "
                               "give the listener tls, or routes with sni or alpn",
                               question_.listener)};
  }

  bool ends_tls() const noexcept { return listener_.tls != nullptr; }

  const Generation& served_;
  const ServedListener& listener_;
  const ProcessLimits& process_;
  const ExplainQuestion& question_;
  Explanation all_;
};

}  // namespace

ExplainResult explain(const Generation& served, const ProcessLimits& process,
                      const ExplainQuestion& question) {
  const auto& all = served.listeners();
  const auto listener = std::ranges::find_if(
      all, [&](const ServedListener& each) { return each.config->name == question.listener; });
  if (listener == all.end()) return unknown_listener(served, question.listener);
  const Addresses& addresses = served.addresses()[static_cast<std::size_t>(listener - all.begin())];
  const OpenAddress* const address = address_for(question, addresses);
  if (!address) return no_address(question, addresses);
  return Explaining(served, *listener, process, question, *address).take();
}

}  // namespace duplexd
