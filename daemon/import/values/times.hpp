#pragma once

#include "core/net/address/parsed.hpp"

#include <chrono>
#include <string>
#include <string_view>

namespace duplexd::importing {

// Quantities of other proxies. An error says why the text cannot be carried.

/// "30s", "1h30m", "1m 30s" and "5000", which has the unit of `bare`. Units: us, ms, s, m, h, d, w.
Parsed<std::chrono::milliseconds> time_of(std::string_view text, std::chrono::milliseconds bare);

/// "1m30s"; `zero` for a time of nothing.
std::string time_text(std::chrono::milliseconds time, std::string_view zero = "off");

/// "16k", "1m", "2g" and "4096", as duplexd writes sizes: "16KiB"; "off" for 0.
Parsed<std::string> size_text(std::string_view text);

/// Decimal digits without leading zeros, as many as fit.
bool is_number(std::string_view text);

}  // namespace duplexd::importing
