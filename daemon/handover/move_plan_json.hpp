#pragma once

#include "core/handover/move_plan.hpp"

#include <boost/json/value.hpp>

namespace duplexd {

/// For each way to the next process, how many sessions move, and how many stay for which reason:
/// {"upgrade": {"moves": 5, "stays": []}, "restart": {"moves": 3, "stays":
///   [{"reason": "parking_full", "words": "there are ...", "sessions": 2}]}}
boost::json::value to_json(const MovePlan& plan);

}  // namespace duplexd
