#pragma once

#include "daemon/duplexctl/answer.hpp"
#include "daemon/duplexctl/top/top_request.hpp"

namespace duplexd::duplexctl {

/// Shows what duplexd does, again and again, in a terminal or as text. Throws Failure.
Outcome run_top(const TopRequest& request);

}  // namespace duplexd::duplexctl
