#include "core/config/loader.hpp"
#include "core/config/spelling/wording.hpp"

#include <fmt/format.h>

#include <utility>

namespace duplexd {
namespace {

Parsed<UpstreamConfig> adhoc_upstream(const std::vector<std::string>& endpoints) {
  UpstreamConfig upstream;
  upstream.name = "adhoc";
  for (const auto& text : endpoints) {
    auto address = parse_endpoint(text);
    if (!address) return ParseError{fmt::format("--upstream {}: {}", printable(text), address.error().what)};
    upstream.endpoints.push_back({text, *std::move(address)});
  }
  if (upstream.endpoints.empty()) return ParseError{"--listen needs an --upstream to dial"};
  return upstream;
}

/// Why the endpoints cannot be dialled for clients of these addresses; "": they can.
std::string port_problem(const std::vector<BindAddress>& bind, const UpstreamConfig& upstream) {
  if (!bind.front().address.is_unix()) return {};
  for (const auto& endpoint : upstream.endpoints)
    if (takes_port_of_listener(endpoint.address) || is_original_destination(endpoint.address))
      return fmt::format("--upstream {}: {} has no {} to dial it at", endpoint.name, bind.front().to_string(),
                         is_original_destination(endpoint.address) ? "address" : "port");
  return {};
}

}  // namespace

Parsed<std::shared_ptr<const Config>> adhoc_config(std::string_view listen,
                                                   const std::vector<std::string>& endpoints) {
  auto bind = parse_bind(listen);
  if (!bind) return ParseError{fmt::format("--listen {}: {}", printable(listen), bind.error().what)};
  auto upstream = adhoc_upstream(endpoints);
  if (!upstream) return upstream.error();
  if (auto problem = port_problem(*bind, *upstream); !problem.empty()) return ParseError{std::move(problem)};

  auto config = std::make_shared<Config>();
  ListenerConfig listener;
  listener.name = "adhoc";
  listener.bind = *std::move(bind);
  config->listeners.push_back(std::move(listener));
  config->upstreams.push_back(*std::move(upstream));
  return std::shared_ptr<const Config>(std::move(config));
}

}  // namespace duplexd
