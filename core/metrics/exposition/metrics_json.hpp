#pragma once

#include "core/metrics/exposition/figures.hpp"

#include <boost/json/value.hpp>

namespace duplexd {

/// All metrics with what the table says of them; those without samples have an empty list. Times are in
/// seconds, and the count of a bucket has all times up to `le`.
boost::json::value metrics_json(const Figures& figures);

}  // namespace duplexd
