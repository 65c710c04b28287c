#pragma once

#include "daemon/control/control_plane.hpp"
#include "daemon/log/records/recent_records.hpp"

namespace duplexd {

/// GET /v1/recent?listener=NAME&limit=N: the last records of sessions. `records` outlives the command.
ControlCommand recent_command(const RecentRecords& records);

}  // namespace duplexd
