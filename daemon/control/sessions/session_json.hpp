#pragma once

#include "core/session/views/session_view.hpp"
#include "core/session/views/verdict.hpp"

#include <boost/json/object.hpp>

namespace duplexd {

/// A live session as the control socket tells it; duplexctl(1) describes the keys.
boost::json::object session_json(const SessionView& view, bool with_tcp);

boost::json::object verdict_json(const Verdict& verdict);

}  // namespace duplexd
