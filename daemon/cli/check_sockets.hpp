#pragma once

#include "core/config/loader.hpp"

#include <string>
#include <vector>

namespace duplexd {

/// The options of listeners' sockets that this process cannot have on this host, a line each with the place
/// of the key: "duplexd.yaml:7:7: error: listeners.web.client.mark: it needs CAP_NET_ADMIN". It would not
/// start.
std::string socket_problems(const LoadedConfig& loaded);

/// A key that has not the effect that its owner may expect of it.
struct SocketWarning {
  std::string path;  ///< "upstreams.db.endpoint.mark"
  std::string what;
};
/// Options without which endpoints are not dialled, and what the host does not do, such as MPTCP.
std::vector<SocketWarning> socket_warnings(const Config& config);
/// What --check warns of, a line each.
std::string socket_warning_text(const Config& config);

}  // namespace duplexd
