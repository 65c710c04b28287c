#pragma once

#include "daemon/duplexctl/answer.hpp"

namespace duplexd::duplexctl {

/// Asks for page after page of the sessions that `options` mean, and prints each as it comes. What is left to
/// be printed is in the outcome. Throws Failure.
Outcome list_sessions(const Options& options);

std::string sessions_header();

}  // namespace duplexd::duplexctl
