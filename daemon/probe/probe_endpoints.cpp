#include "daemon/probe/probe_endpoints.hpp"

#include "core/health/roster.hpp"
#include "core/reload/parts/tunnels.hpp"
#include "daemon/probe/dial_probe.hpp"
#include "daemon/probe/judgements.hpp"
#include "daemon/probe/name_probe.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

namespace duplexd {
namespace {

/// The longest that a listener gives an attempt at an endpoint of the upstream.
Duration connect_timeout(const Config& config, std::size_t upstream) {
  Duration longest{0};
  for (const ListenerConfig& listener : config.listeners) {
    const auto leads_to = upstreams_of(listener);
    if (std::ranges::find(leads_to, upstream) != leads_to.end())
      longest = std::max(longest, listener.timeouts.connect);
  }
  return longest.count() == 0 ? Timeouts().connect : longest;
}

/// The ports of the listeners that lead to the upstream.
std::set<std::uint16_t> ports_of_listeners(const Config& config, std::size_t upstream) {
  std::set<std::uint16_t> ports;
  for (const ListenerConfig& listener : config.listeners) {
    const auto leads_to = upstreams_of(listener);
    if (std::ranges::find(leads_to, upstream) == leads_to.end()) continue;
    for (const BindAddress& bind : listener.bind)
      if (bind.address.port() != 0) ports.insert(bind.address.port());
  }
  return ports;
}

class EndpointProbe {
 public:
  explicit EndpointProbe(const std::shared_ptr<const Config>& config) : names_(io_, config), dials_(io_) {}

  ProbedEndpoints take() {
    names_.run();
    all_.verdicts = names_.verdicts();
    const auto tunnels = make_tunnels(names_.found(), nullptr, true);
    for (std::size_t i = 0; i < names_.found().upstreams.size(); ++i)
      add_upstream(i, tunnels ? (*tunnels)[i] : nullptr);
    dials_.run();
    for (const Probed& each : probed_)
      all_.verdicts.push_back((each.is_check ? judge_check : judge_dial)(each.item, each.job->result));
    return std::move(all_);
  }

 private:
  struct Probed {
    std::string item;
    bool is_check;
    const DialProbe::Job* job;
  };

  void add_upstream(std::size_t index, const std::shared_ptr<const Tunnel>& tunnel) {
    const UpstreamConfig& upstream = names_.found().upstreams[index];
    const auto dial = dialling(connect_timeout(names_.found(), index));
    const bool checks = upstream.check.type != CheckType::off;
    const auto check =
        checks ? std::make_shared<const PreparedCheck>(std::make_shared<const CheckConfig>(upstream.check))
               : nullptr;
    std::size_t& addresses = all_.addresses.emplace_back(0);
    for (const EndpointConfig& endpoint : upstream.endpoints) {
      for (const SocketAddress& address : addresses_of(index, endpoint)) {
        addresses += address.is_unix() ? 0 : 1;
        add(upstream, watched(upstream, endpoint, address, tunnel), dial, check);
      }
    }
  }

  std::vector<SocketAddress> addresses_of(std::size_t index, const EndpointConfig& endpoint) const {
    const UpstreamConfig& upstream = names_.found().upstreams[index];
    std::vector<SocketAddress> found = names_.addresses(upstream, endpoint), all;
    for (SocketAddress& address : found) {
      if (address.is_unix() || address.port() != 0) {
        all.push_back(address);
        continue;
      }
      for (const std::uint16_t port : ports_of_listeners(names_.found(), index)) {
        address.set_port(port);
        all.push_back(address);
      }
    }
    return all;
  }

  static Watched watched(const UpstreamConfig& upstream, const EndpointConfig& endpoint,
                         const SocketAddress& address, const std::shared_ptr<const Tunnel>& tunnel) {
    Watched watched;
    watched.address = address;
    watched.name = endpoint.name;
    watched.network = upstream.endpoint.network;
    watched.tunnel = tunnel;
    std::ranges::copy_if(upstream.source, std::back_inserter(watched.sources),
                         [&](const SocketAddress& each) { return each.family() == address.family(); });
    if (upstream.proxy_protocol.enabled) watched.proxy = upstream.proxy_protocol.version;
    return watched;
  }

  void add(const UpstreamConfig& upstream, const Watched& endpoint,
           const std::shared_ptr<const PreparedCheck>& dial,
           const std::shared_ptr<const PreparedCheck>& check) {
    const std::string address = endpoint.address.to_string();
    const std::string item = endpoint.name == address
                                 ? fmt::format("of {} {}", upstream.name, address)
                                 : fmt::format("of {} {} at {}", upstream.name, endpoint.name, address);
    ConversationTarget dialled = target_of(endpoint, *dial->config);
    dialled.proxy.reset();
    probed_.push_back({"endpoint " + item, false, &dials_.add(std::move(dialled), dial)});
    if (check)
      probed_.push_back({"check " + item, true, &dials_.add(target_of(endpoint, *check->config), check)});
  }

  boost::asio::io_context io_;
  NameProbe names_;
  DialProbe dials_;
  std::vector<Probed> probed_;
  ProbedEndpoints all_;
};

}  // namespace

ProbedEndpoints probe_endpoints(const std::shared_ptr<const Config>& config) {
  return EndpointProbe(config).take();
}

}  // namespace duplexd
