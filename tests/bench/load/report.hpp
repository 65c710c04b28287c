#pragma once

#include "tests/bench/load/window.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace duplexd::bench {

/// The measurement as one line of JSON: seconds, and latencies in microseconds if there were any.
std::string report(std::string_view work, std::string_view unit, std::size_t sessions, const Window& window);

}  // namespace duplexd::bench
