#pragma once

#include "core/control/control_server.hpp"

#include <string_view>

namespace duplexd {

// The page that shows in a browser what the process does. It is the same for every configuration, and so for
// anybody: what it shows it asks for, with the token that it was told.

/// Whether `target` is the page, a file of it, or what leads to it.
bool is_of_dashboard(std::string_view target) noexcept;

/// Answers GET of a `path` that is of the dashboard: 200, 302, 304 if `known_tags` (If-None-Match) have the
/// file's, or 404.
ControlResponse dashboard_response(std::string_view path, std::string_view known_tags);

}  // namespace duplexd
