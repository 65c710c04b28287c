#pragma once

#include "core/server.hpp"

#include <boost/json/object.hpp>

#include <functional>

namespace duplexd {

/// Judges every session that is meant, page by page, and keeps those that are held up longest: as many as
/// the query's limit. `on_answer` gets them as JSON, on the control thread. `server` outlives this.
void find_slowest(Server& server, SessionQuery query, std::function<void(boost::json::object)> on_answer);

}  // namespace duplexd
