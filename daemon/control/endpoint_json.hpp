#pragma once

#include "core/reload/endpoints/endpoint_report.hpp"

#include <boost/json/object.hpp>

#include <string_view>

namespace duplexd {

/// What all addresses of an endpoint have in common: the word of their standing, "mixed", or "unresolved"
/// while there is none.
std::string_view state_of(const EndpointReport& endpoint);

/// An endpoint as the control socket tells it; duplexctl(1) describes the keys.
boost::json::object endpoint_json(std::string_view upstream, const EndpointReport& endpoint);
/// The same keys for one that a reload has removed and that has sessions left.
boost::json::object removed_endpoint_json(std::string_view upstream, const Totals::Endpoint& endpoint);

}  // namespace duplexd
