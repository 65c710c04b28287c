#include "daemon/cli/check_tls.hpp"

#include "core/reload/parts/tunnels.hpp"
#include "core/tls/endpoint_tls.hpp"
#include "core/tls/listener_tls.hpp"
#include "daemon/cli/key_place.hpp"

#include <fmt/format.h>

#include <iterator>

namespace duplexd {
namespace {

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

bool is_unverified(const UpstreamConfig& upstream) noexcept {
  return upstream.tls.enabled && upstream.tls.peer.verify == TlsVerify::off;
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
    if (is_unverified(upstream))
      fmt::format_to(std::back_inserter(text), "duplexd: warning: upstreams.{}.{}\n", upstream.name,
                     unverified_words);
  return text;
}

}  // namespace duplexd
