#pragma once

#include "daemon/import/draft/draft.hpp"
#include "daemon/import/draft/writer.hpp"

#include <string_view>

namespace duplexd::importing {

/// Whether the environment is to tell later if a line is right: it has a reference to a variable.
bool waits_for_variables(std::string_view line);

/// Takes out of the draft what duplexd would not start with, and comments it with duplexd's reason; then the
/// parts whose demands are not met. What is
/// left passes `duplexd --check`, as far as its files and variables are right; nothing may be left.
Written judged(Draft& draft);

}  // namespace duplexd::importing
