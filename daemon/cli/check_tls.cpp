#include "daemon/cli/check_tls.hpp"

#include "core/reload/parts/tunnels.hpp"
#include "core/tls/endpoint_tls.hpp"
#include "core/tls/listener_tls.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace duplexd {
namespace {

std::string place_of(const std::string& path, const std::vector<EffectiveValue>& effective) {
  const auto key = std::ranges::find(effective, path, &EffectiveValue::path);
  const bool is_written = key != effective.end() && key->origin != "default";
  return is_written ? key->origin : "duplexd";
}

void add_lines(std::string& text, const std::string& owner, const TlsProblems& problems,
               const std::vector<EffectiveValue>& effective) {
  for (const auto& [kind, key, what] : problems) {
    const auto path = fmt::format("{}.tls.{}", owner, key);
    fmt::format_to(std::back_inserter(text), "{}: error: {}: {}\n", place_of(path, effective), path, what);
  }
}

}  // namespace

std::string tls_problems(const LoadedConfig& loaded, std::chrono::sys_seconds now) {
  std::string text;
  for (const ListenerConfig& listener : loaded.config->listeners)
    if (listener.tls.enabled)
      add_lines(text, "listeners." + listener.name,
                ListenerTls::make(listener.tls, listener.name, nullptr, now).problems, loaded.effective);
  for (const UpstreamConfig& upstream : loaded.config->upstreams)
    if (upstream.tls.enabled)
      add_lines(text, "upstreams." + upstream.name, EndpointTls::make(upstream.tls, now).problems,
                loaded.effective);
  return text;
}

std::string password_problems(const LoadedConfig& loaded) {
  std::string text;
  for (const UpstreamConfig& upstream : loaded.config->upstreams) {
    const std::string problem = upstream.via.enabled ? password_problem(upstream.via) : "";
    const auto path = fmt::format("upstreams.{}.via.password_file", upstream.name);
    if (!problem.empty())
      fmt::format_to(std::back_inserter(text), "{}: error: {}: {}\n", place_of(path, loaded.effective), path,
                     problem);
  }
  return text;
}

std::string tls_warnings(const Config& config) {
  std::string text;
  for (const UpstreamConfig& upstream : config.upstreams)
    if (upstream.tls.enabled && upstream.tls.peer.verify == TlsVerify::off)
      fmt::format_to(std::back_inserter(text),
                     "duplexd: warning: upstreams.{}.tls.verify is off: whoever is between reads and changes "
                     "what is sent; name its authority in ca_file instead\n",
                     upstream.name);
  return text;
}

}  // namespace duplexd
