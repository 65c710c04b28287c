#pragma once

#include "daemon/duplexctl/top/model/frame.hpp"

#include <boost/json/object.hpp>

namespace duplexd::duplexctl::top {

/// Rows are objects with the keys of the columns. Null: it is not known, or nothing.
boost::json::object frame_json(const Frame& frame);

}  // namespace duplexd::duplexctl::top
