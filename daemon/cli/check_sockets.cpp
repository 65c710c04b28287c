#include "daemon/cli/check_sockets.hpp"

#include "core/net/socket/options/refused_options.hpp"
#include "daemon/cli/key_place.hpp"

#include <fmt/format.h>

#include <sys/socket.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <variant>

namespace duplexd {
namespace {

constexpr unsigned for_listeners = 2;  // the bit of net.ipv4.tcp_fastopen (ip-sysctl of the kernel)

/// Whether it is known that this host takes no first packet with bytes.
bool has_no_fast_open() {
  std::ifstream file("/proc/sys/net/ipv4/tcp_fastopen");
  unsigned bits = for_listeners;
  file >> bits;
  return file && (bits & for_listeners) == 0;
}

/// IPv6, if any address is of it; AF_UNIX, if none is of IP.
int family_of(const ListenerConfig& listener) {
  int family = AF_UNIX;
  for (const BindAddress& bind : listener.bind) {
    const int one = bind.kind == BindAddress::Kind::inherited ? AF_INET : bind.address.family();
    if (one == AF_INET6 || (one == AF_INET && family == AF_UNIX)) family = one;
  }
  return family;
}

/// The same of endpoints. What a name stands for is not known yet.
int family_of(const UpstreamConfig& upstream) {
  int family = upstream.endpoints.empty() ? AF_INET : AF_UNIX;
  for (const EndpointConfig& endpoint : upstream.endpoints) {
    const auto* address = std::get_if<SocketAddress>(&endpoint.address);
    const int one = address ? address->family() : AF_INET;
    if (one == AF_INET6 || (one == AF_INET && family == AF_UNIX)) family = one;
  }
  return family;
}

using Warnings = std::vector<SocketWarning>;

void warn_of_mptcp(Warnings& warnings, const std::string& path, const NetworkOptions& options) {
  if (options.mptcp && !makes_mptcp(options))
    warnings.push_back({path + ".mptcp", "this host has no MPTCP (net.mptcp.enabled): TCP is used instead"});
}

}  // namespace

std::string socket_problems(const LoadedConfig& loaded) {
  std::string text;
  for (const ListenerConfig& listener : loaded.config->listeners) {
    for (const RefusedOption& refused : refused_options(listener.client.network, family_of(listener))) {
      const auto path = fmt::format("listeners.{}.client.{}", listener.name, refused.key);
      fmt::format_to(std::back_inserter(text), "{}: error: {}: {}\n", place_of(path, loaded.effective), path,
                     refused.why);
    }
  }
  return text;
}

std::vector<SocketWarning> socket_warnings(const Config& config) {
  Warnings warnings;
  for (const ListenerConfig& listener : config.listeners) {
    const auto path = fmt::format("listeners.{}.client", listener.name);
    warn_of_mptcp(warnings, path, listener.client.network);
    if (listener.client.network.fast_open > 0 && has_no_fast_open())
      warnings.push_back(
          {path + ".fast_open", "net.ipv4.tcp_fastopen of this host lacks the bit 2: it has no effect"});
  }
  for (const UpstreamConfig& upstream : config.upstreams) {
    const auto path = fmt::format("upstreams.{}.endpoint", upstream.name);
    warn_of_mptcp(warnings, path, upstream.endpoint.network);
    for (const RefusedOption& refused : refused_options(upstream.endpoint.network, family_of(upstream)))
      warnings.push_back(
          {fmt::format("{}.{}", path, refused.key), refused.why + "; no endpoint can be dialled so"});
  }
  return warnings;
}

std::string socket_warning_text(const Config& config) {
  std::string text;
  for (const auto& [path, what] : socket_warnings(config))
    fmt::format_to(std::back_inserter(text), "duplexd: warning: {}: {}\n", path, what);
  return text;
}

}  // namespace duplexd
