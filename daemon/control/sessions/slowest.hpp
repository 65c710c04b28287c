#pragma once

#include "core/server.hpp"

#include <functional>
#include <string>

namespace duplexd {

/// Judges every session that is meant, page by page, and keeps those that are held up longest: as many as
/// the query's limit. `on_answer` gets them as JSON text, on the control thread. `server` outlives this.
void find_slowest(Server& server, SessionQuery query, std::function<void(std::string)> on_answer);

}  // namespace duplexd
