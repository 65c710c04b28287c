#pragma once

#include "core/config/config.hpp"
#include "core/names/dns/cares_channel.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <string>
#include <vector>

namespace duplexd {

/// The name servers of the configuration, as c-ares takes them.
inline CaresChannel::Servers servers_of(const Config& config) {
  std::vector<std::string> servers;
  for (const SocketAddress& server : config.name_servers) servers.push_back(server.to_string());
  return {.resolv_conf = "/etc/resolv.conf", .instead = fmt::format("{}", fmt::join(servers, ","))};
}

}  // namespace duplexd
