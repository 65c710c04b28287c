#pragma once

#include "core/names/name_state.hpp"

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

namespace duplexd {

/// What is known of names, for another process, of this release or another.
boost::json::object to_json(const NameRecords& names);

/// What to_json() wrote. An address that cannot be read is left out; all else is an exception.
NameRecords names_of(const boost::json::value& description);

}  // namespace duplexd
