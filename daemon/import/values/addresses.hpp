#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace duplexd::importing {

/// An address as other proxies write it, in two parts. IPv6 addresses keep their brackets.
struct HostPort {
  std::string host;  ///< "" where only a port is written
  std::string port;  ///< "" where there is none; "80-90"
};

/// What stands behind the last colon is the port, unless that colon is inside of brackets or of a reference
/// to a variable: "::1:80" is port 80 of ::1, as in HAProxy.
HostPort split_address(std::string_view text);

/// "[::1]:80", "10.0.0.1:80", "*:80" with brackets where they are needed.
std::string join_address(std::string_view host, std::string_view port);

/// The text as a network of duplexd's, "10.0.0.0/8": bits behind the prefix are cleared. None: it is neither
/// a network nor an address.
std::optional<std::string> network_text(std::string_view text);

/// "192.168.*.*" of rinetd as "192.168.0.0/16". None: another pattern than whole numbers in front of
/// asterisks.
std::optional<std::string> network_of_pattern(std::string_view pattern);

}  // namespace duplexd::importing
