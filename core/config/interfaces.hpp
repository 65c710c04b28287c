#pragma once

#include "core/config/config.hpp"

namespace duplexd {

// A configuration holds the indexes that interfaces had when it was read ("[fe80::1%eth0]:80"). An interface
// that is deleted and made again has another index, which the text of the configuration does not tell.

/// With the indexes of today: of listeners, of endpoints, and of source addresses. An interface that is gone
/// keeps the one that it had. Costs some system calls for each address that names an interface.
Config with_todays_interfaces(Config config);

bool has_todays_interfaces(const Config& config);

/// Whether two configurations of the same text stand for the same addresses, and their files of endpoints for
/// the same endpoints.
bool have_same_addresses(const Config& one, const Config& other);

}  // namespace duplexd
