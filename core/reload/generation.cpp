#include "core/reload/generation.hpp"

#include "core/reload/sockets/capability.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace duplexd {

namespace {

void mark(const std::vector<ServedUpstream>& upstreams, void (EndpointAccount::*how)() noexcept) noexcept {
  for (const ServedUpstream& upstream : upstreams) {
    for (const ServedEndpoint& endpoint : upstream.endpoints) ((*endpoint.account).*how)();
  }
}

// Whose name has failed: an endpoint's, or that of the proxy that leads to it.
ShortText words_of(const NameState& state, bool of_proxy) noexcept {
  if (!of_proxy) return state.failure;
  constexpr std::string_view of_its_proxy = "of its proxy (via): ";
  std::array<char, ShortText::most> text;
  const auto failure = std::string_view(state.failure).substr(0, text.size() - of_its_proxy.size());
  const auto after = std::ranges::copy(of_its_proxy, text.begin()).out;
  const auto end = std::ranges::copy(failure, after).out;
  return std::string_view(text.begin(), end);
}

std::string in_brackets(std::string_view words) { return words.empty() ? "" : fmt::format(" ({})", words); }

void set_limits(const SourceLimits& sources, const ListenerLimits& limits) noexcept {
  if (sources.sessions) {
    sources.sessions->set_most(limits.per_source);
    sources.sessions->set_ipv6_prefix(limits.ipv6_source_prefix);
  }
  const std::size_t burst = limits.per_source_burst ? limits.per_source_burst : limits.per_source_rate;
  if (!sources.rates) return;
  sources.rates->set(limits.per_source_rate, burst);
  sources.rates->set_ipv6_prefix(limits.ipv6_source_prefix);
}

StartFailure without_address(const UpstreamConfig& upstream, const NameService::Subscription& name) {
  return {StartFailure::Kind::system,
          fmt::format("upstream {}: host {} has no address{}; to start without it, set "
                      "upstreams.{}.resolve.at_start to optional",
                      upstream.name, name.host(), in_brackets(name.state().failure), upstream.name),
          fmt::format("upstreams.{}.endpoints", upstream.name)};
}

StartFailure without_answer(const UpstreamConfig& upstream, const SourceReport& source) {
  return {StartFailure::Kind::system,
          fmt::format("upstream {}: {} has no endpoints{}; to start without them, set "
                      "upstreams.{}.resolve.at_start to optional",
                      upstream.name, source.name, in_brackets(source.failure), upstream.name),
          fmt::format("upstreams.{}.endpoints", upstream.name)};
}

}  // namespace

Generation::Generation(const Surroundings& around, std::shared_ptr<const Config> config,
                       const std::function<void()>& on_names, const HeldEndpoints& held)
    : around_(around),
      asked_for_(std::move(config)),
      sources_(around.names, around.catalogs, *asked_for_, on_names),
      config_(with_held(sources_.found(asked_for_), held)) {
  for (const UpstreamConfig& upstream : config_->upstreams) add_upstream(upstream, on_names);
}

void Generation::add_upstream(const UpstreamConfig& config, const std::function<void()>& on_names) {
  const std::size_t place = upstreams_.size();
  ServedUpstream& part = upstreams_.emplace_back();
  part.account = around_.registry.upstreams[config.name];
  places_.emplace(part.account.get(), place);
  for (const EndpointConfig& endpoint : config.endpoints) {
    ServedEndpoint& each = part.endpoints.emplace_back();
    each.account = part.account->endpoints[endpoint.name];
    each.config = endpoint;
    each.dialled = config.dialled(endpoint);
    duplexd::obey(*each.account, around_.orders.of(config.name, endpoint.name));
    if (!each.host()) continue;
    each.name = around_.names.subscribe(each.host()->host, config.resolve.interval,
                                        [this, place, index = part.endpoints.size() - 1, on_names] {
                                          on_name(place, index);
                                          on_names();
                                        });
    each.failed = !each.name.state().failure.empty();
  }
}

// A failure is reported when it begins.
void Generation::on_name(std::size_t upstream, std::size_t endpoint) {
  upstreams_[upstream].has_news = true;
  ServedEndpoint& each = upstreams_[upstream].endpoints[endpoint];
  const NameState& state = each.name.state();
  const bool failed_before = std::exchange(each.failed, !state.failure.empty());
  if (!each.failed || failed_before) return;
  around_.sink.notice({.kind = Notice::Kind::resolve_failed,
                       .worker = around_.workers.size(),
                       .subject = each.account->name,
                       .words = words_of(state, config_->upstreams[upstream].via.enabled),
                       .count = state.addresses.size()});
}

const ServedListener* Generation::find(const ListenerAccount& account) const noexcept {
  const auto place = places_.find(&account);
  return place == places_.end() ? nullptr : &listeners_[place->second];
}

const ServedUpstream* Generation::find(const UpstreamAccount& account) const noexcept {
  const auto place = places_.find(&account);
  return place == places_.end() ? nullptr : &upstreams_[place->second];
}

const ServedUpstream* Generation::find_upstream(std::string_view name) const noexcept {
  const auto found = std::ranges::find(upstreams_, name, &ServedUpstream::name);
  return found == upstreams_.end() ? nullptr : &*found;
}

StartResult<void> Generation::check_names() const {
  if (const EndpointSources::Source* const missing = sources_.missing(*asked_for_))
    return without_answer(asked_for_->upstreams[missing->upstream], missing->of->report());
  for (std::size_t i = 0; i < upstreams_.size(); ++i) {
    const UpstreamConfig& config = config_->upstreams[i];
    if (!config.resolve.required) continue;
    if (const ServedEndpoint* const missing = upstreams_[i].missing())
      return without_address(config, missing->name);
  }
  return {};
}

StartResult<void> Generation::read_files(const Generation* before, bool again) {
  const TlsPartsBefore earlier{before ? before->config_.get() : nullptr, before ? &before->tls_ : nullptr,
                               again};
  StartResult<TlsParts> made = make_tls_parts(*config_, around_.tickets, earlier);
  if (!made) return made.error();
  tls_ = std::move(*made);
  StartResult<Tunnels> tunnels = make_tunnels(*config_, before ? &before->upstreams_ : nullptr, again);
  if (!tunnels) return tunnels.error();
  tunnels_ = std::move(*tunnels);
  return {};
}

// A file that cannot be read is another one.
bool Generation::has_changed_files() const {
  if (tls_.files_changed()) return true;
  const auto tunnels = make_tunnels(*config_, nullptr, true);
  return !tunnels || !std::ranges::equal(*tunnels, tunnels_, same_tunnel);
}

StartResult<void> Generation::open(const Generation* before, InheritedSockets& inherited) {
  if (auto allowed = check_capability(*config_); !allowed) return allowed;
  static const OpenAddresses none;
  StartResult<OpenAddresses> opened =
      open_addresses(*config_, around_.workers.size(), before ? before->addresses() : none, inherited);
  if (!opened) return opened.error();
  addresses_ = std::move(*opened);
  return {};
}

void Generation::commit(const Generation* before) noexcept {
  mark(upstreams_, &EndpointAccount::keep);
  if (before) mark(before->upstreams_, &EndpointAccount::remove_unless_kept);
  mark(upstreams_, &EndpointAccount::restore);
  for (const ServedListener& listener : listeners_) {
    listener.account->set_limits(*listener.config, most_sessions_of(*listener.config));
    set_limits(listener.sources, listener.config->limits);
  }
}

}  // namespace duplexd
