#pragma once

#include "core/config/loader.hpp"
#include "core/config/system.hpp"

#include <string>

namespace duplexd {

/// parse_config() on a machine that the caller made up.
LoadedConfig read_config(const std::string& name, std::string text, const System& system);

}  // namespace duplexd
