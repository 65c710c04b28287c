#pragma once

#include <string>

namespace duplexd {

extern const char* const program_version;  ///< "0.1.0"

/// One line per fact: compiler, flags, versions of the libraries, build type, sanitizers.
std::string build_info();

}  // namespace duplexd
