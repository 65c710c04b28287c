#pragma once

#include "daemon/duplexctl/answer.hpp"

#include <cstddef>

namespace duplexd::duplexctl {

/// How many ids are sent at once: 200 take 3.6 of the 8 KiB that a request has for all.
inline constexpr std::size_t ids_of_request = 200;

/// Ends the sessions that `options` mean, some of those with an id after the others, and adds up what became
/// of them. Its time-out is that of all together. Throws Failure: EX_USAGE before any session has ended for
/// an id that is none.
Outcome kill_sessions(const Options& options);

}  // namespace duplexd::duplexctl
