#pragma once

#include "core/config/loader.hpp"

#include <string_view>

namespace duplexd {

/// What the process needs before anything else: descriptors 0 to 2 are open, so that no socket takes their
/// numbers; a closed pipe or a hangup does not end it; it may open as many descriptors as the hard limit
/// says.
void prepare_process() noexcept;

Environment process_environment();

/// On stderr, for people. Gives up after a second if nobody reads it.
void print_error(std::string_view text);

}  // namespace duplexd
