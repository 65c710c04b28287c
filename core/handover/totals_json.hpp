#pragma once

#include "core/metrics/totals.hpp"

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

namespace duplexd {

/// What has been counted, for another process that counts on, of this release or another.
boost::json::object to_json(const Totals& totals);

/// What to_json() wrote. What cannot be read is an exception.
Totals totals_of(const boost::json::value& description);

}  // namespace duplexd
