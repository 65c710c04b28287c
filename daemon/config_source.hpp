#pragma once

#include "core/config/loader.hpp"

#include <functional>
#include <string>

namespace duplexd {

/// Where the configuration came from, so that it can be read again.
struct ConfigSource {
  std::string name;                    ///< the file, or what messages call it
  std::function<LoadedConfig()> load;  ///< empty: the command line, which does not change
};

}  // namespace duplexd
