#include "daemon/probe/name_probe.hpp"

#include "core/names/dns/cares_source.hpp"
#include "daemon/cli/name_servers.hpp"
#include "daemon/probe/judgements.hpp"

#include <algorithm>
#include <utility>

namespace duplexd {
namespace {

using std::chrono::milliseconds;

const HostPort* host_of(const UpstreamConfig& upstream, const EndpointConfig& endpoint) {
  return std::get_if<HostPort>(&upstream.dialled(endpoint));
}

bool has_answered(const SourceReport& report) { return report.endpoints || !report.failure.empty(); }

ProbeVerdict judge_source(const SourceReport& report, bool required) {
  return judge_name({.name = report.name,
                     .addresses = report.endpoints.value_or(0),
                     .took = has_answered(report) ? std::optional(milliseconds(0)) : std::nullopt,
                     .failure = report.endpoints ? "it has no endpoints" : report.failure,
                     .required = required && !report.endpoints});
}

}  // namespace

NameProbe::NameProbe(boost::asio::io_context& io, std::shared_ptr<const Config> config)
    : io_(io),
      config_(std::move(config)),
      deadline_(Clock::now() + config_->resolve_start_timeout),
      names_(io, std::make_unique<CaresSource>(io, servers_of(*config_))),
      catalogs_(io, names_),
      sources_(names_, catalogs_, *config_, [] {}),
      found_(config_) {}

void NameProbe::run() {
  for (const UpstreamConfig& upstream : config_->upstreams) ask_for(upstream);
  run_until([this] { return all_answered() && sources_answered(); });
  found_ = sources_.found(config_);
  for (const UpstreamConfig& upstream : found_->upstreams) ask_for(upstream);
  run_until([this] { return all_answered(); });
}

template <class Done>
void NameProbe::run_until(Done done) {
  io_.restart();
  while (!done() && io_.run_one_until(deadline_) > 0) {
  }
}

void NameProbe::ask_for(const UpstreamConfig& upstream) {
  for (const EndpointConfig& endpoint : upstream.endpoints) {
    const HostPort* const host = host_of(upstream, endpoint);
    if (!host || find(host->host)) continue;
    Name& name = asked_.emplace_back(Name{host->host, upstream.resolve.required, Clock::now(), {}, {}});
    name.subscription = names_.subscribe(host->host, upstream.resolve.interval, [&name] {
      if (!name.took) name.took = std::chrono::duration_cast<milliseconds>(Clock::now() - name.begun);
    });
  }
}

const NameProbe::Name* NameProbe::find(const std::string& host) const {
  const auto found = std::ranges::find(asked_, host, &Name::host);
  return found == asked_.end() ? nullptr : &*found;
}

bool NameProbe::all_answered() const {
  return std::ranges::none_of(asked_, [](const Name& each) { return each.subscription.awaits_answer(); });
}

bool NameProbe::sources_answered() const {
  return std::ranges::all_of(sources_.all(),
                             [](const auto& each) { return has_answered(each.of->report()); });
}

std::vector<SocketAddress> NameProbe::addresses(const UpstreamConfig& upstream,
                                                const EndpointConfig& endpoint) const {
  const EndpointAddress& dialled = upstream.dialled(endpoint);
  if (const auto* address = std::get_if<SocketAddress>(&dialled)) return {*address};
  const HostPort* const host = host_of(upstream, endpoint);
  const Name* const name = host ? find(host->host) : nullptr;
  if (!name) return {};
  std::vector<SocketAddress> addresses = name->subscription.state().addresses;
  for (SocketAddress& address : addresses) address.set_port(host->port);
  return addresses;
}

std::vector<ProbeVerdict> NameProbe::verdicts() const {
  std::vector<ProbeVerdict> all;
  for (const EndpointSources::Source& source : sources_.all())
    all.push_back(judge_source(source.of->report(), config_->upstreams[source.upstream].resolve.required));
  for (const Name& name : asked_) {
    const NameState& state = name.subscription.state();
    const bool answered = !name.subscription.awaits_answer();
    all.push_back(
        judge_name({.name = name.host,
                    .addresses = state.addresses.size(),
                    .took = answered ? std::optional(name.took.value_or(milliseconds(0))) : std::nullopt,
                    .failure = std::string(state.failure),
                    .required = name.required}));
  }
  return all;
}

}  // namespace duplexd
