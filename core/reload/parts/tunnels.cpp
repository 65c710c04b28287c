#include "core/reload/parts/tunnels.hpp"

#include "core/config/secrets/secret.hpp"
#include "core/config/spelling/wording.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>

namespace duplexd {
namespace {

Parsed<std::string> password_of(const ViaConfig& via) {
  if (via.password_file.empty()) return parsed_text(via.tunnel.password);
  return read_secret(via.password_file, Tunnel::longest_word);
}

std::shared_ptr<const Tunnel> earlier(const std::vector<ServedUpstream>& before, const UpstreamConfig& now) {
  const auto found = std::ranges::find(before, now.name, &ServedUpstream::name);
  return found != before.end() && found->config->via == now.via ? found->pool->tunnel() : nullptr;
}

std::string words_of(const ViaConfig& via, const ParseError& error) {
  return fmt::format("{} {}", via.password_file, error.what);
}

}  // namespace

StartResult<Tunnels> make_tunnels(const Config& config, const std::vector<ServedUpstream>* before,
                                  bool again) {
  Tunnels tunnels;
  for (const UpstreamConfig& upstream : config.upstreams) {
    auto& tunnel = tunnels.emplace_back();
    if (!upstream.via.enabled) continue;
    if (before && !again) tunnel = earlier(*before, upstream);
    if (tunnel) continue;
    auto password = password_of(upstream.via);
    const auto key = fmt::format("upstreams.{}.via.password_file", upstream.name);
    if (!password)
      return StartFailure{StartFailure::Kind::config,
                          fmt::format("{}: {}", key, words_of(upstream.via, password.error())), key};
    Tunnel made = upstream.via.tunnel;
    made.password = *std::move(password);
    tunnel = std::make_shared<const Tunnel>(std::move(made));
  }
  return tunnels;
}

std::string password_problem(const ViaConfig& via) {
  const auto password = password_of(via);
  return password ? "" : words_of(via, password.error());
}

}  // namespace duplexd
