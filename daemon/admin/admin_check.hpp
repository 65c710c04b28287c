#pragma once

#include "core/config/loader.hpp"

#include <string>

namespace duplexd {

/// What is wrong with the files of the admin listener: a line with the place of the key, or "".
std::string admin_problems(const LoadedConfig& loaded);

/// "127.0.0.1:9640, 64 clients at once at each address, 32 from one", or "off".
std::string admin_text(const AdminConfig& admin);

}  // namespace duplexd
