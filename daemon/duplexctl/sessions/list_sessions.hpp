#pragma once

#include "daemon/duplexctl/answer.hpp"

#include <cstddef>

namespace duplexd::duplexctl {

/// How many sessions are asked for at once, the most that duplexd answers with. Each page costs it some 60 us
/// of waking threads beside what its sessions cost.
inline constexpr std::size_t sessions_of_page = 1000;

/// Asks for page after page of the sessions that `options` mean, and prints each as it comes. What is left to
/// be printed is in the outcome. Throws Failure.
Outcome list_sessions(const Options& options);

std::string sessions_header();

}  // namespace duplexd::duplexctl
