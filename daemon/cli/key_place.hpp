#pragma once

#include "core/config/loader.hpp"

#include <string>
#include <vector>

namespace duplexd {

/// Where the file has the key at `path`: "duplexd.yaml:14:7"; "duplexd": it does not.
std::string place_of(const std::string& path, const std::vector<EffectiveValue>& effective);

}  // namespace duplexd
