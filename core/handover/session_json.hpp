#pragma once

#include "core/net/address/parsed.hpp"
#include "core/session/session_state.hpp"

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <string>
#include <string_view>

namespace duplexd {

/// The description of a session for another process, of this release, an earlier or a later one: what the
/// other does not know it passes over, and what it does not find it takes for nothing. The bytes that the
/// session holds are appended to `bytes`.
boost::json::object to_json(const SessionState& state, std::string& bytes);

/// The session that to_json() described, whose bytes are taken from the beginning of `bytes`. An error if it
/// says what cannot be.
Parsed<SessionState> session_of(const boost::json::value& description, std::string_view& bytes);

}  // namespace duplexd
