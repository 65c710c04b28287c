#pragma once

#include "core/net/socket/options/network_options.hpp"

#include <array>
#include <string_view>

namespace duplexd {

/// One of NetworkOptions.
struct NetworkOption {
  std::string_view key;  ///< as the file has it
  bool (*differs)(const NetworkOptions& one, const NetworkOptions& other) noexcept;
  int (*set)(const NetworkOptions& options, int socket, int family) noexcept;  ///< 0 or errno
  bool lasts = false;  ///< a socket keeps it from its beginning
};

/// In the order in which they are set. MPTCP is none of them: new_stream_socket() sees to it.
extern const std::array<NetworkOption, 7> network_option_table;

}  // namespace duplexd
