#pragma once

#include "daemon/import/draft/ledger.hpp"

#include <string>

namespace duplexd::importing::haproxy {

/// Makes settings of the options of a bind, server, server-template or default-server line; other lines stay
/// as they are. `where` is FILE:LINE.
void take_options(Setting& line, const std::string& where, Ledger& ledger);

}  // namespace duplexd::importing::haproxy
