#pragma once

#include "core/reload/endpoints/endpoint_state.hpp"

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

#include <vector>

namespace duplexd {

/// What is known of endpoints, for another process, of this release or another: what the other does not know
/// it passes over, and what it does not find it takes for nothing.
boost::json::array to_json(const std::vector<EndpointState>& endpoints);

/// What to_json() wrote. What cannot be read is an exception.
std::vector<EndpointState> endpoints_of(const boost::json::value& description);

}  // namespace duplexd
