#pragma once

#include "core/config/edge/route_config.hpp"
#include "core/net/address/parsed.hpp"

#include <string>
#include <string_view>

namespace duplexd {

/// "443", "8000-8100". An error continues the refused text: "is out of range".
Parsed<PortRange> parse_port_range(std::string_view text);
std::string to_string(const PortRange& range);

}  // namespace duplexd
