#pragma once

#include "core/net/socket/options/network_options.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace duplexd {

/// An option that this process cannot have on this host.
struct RefusedOption {
  std::string_view key;  ///< of NetworkOptions, as the file has it
  int error = 0;         ///< errno
  std::string why;       ///< for people: "this host has no interface eth7"
};

/// Tries each of the options on a socket of its own. MPTCP is never refused: there is TCP in its place.
std::vector<RefusedOption> refused_options(const NetworkOptions& options, int family);

/// What a message about a failed call adds: " (mark: it needs CAP_NET_ADMIN)"; "": it is none of the options.
std::string refusal_hint(const NetworkOptions& options, int family);

}  // namespace duplexd
