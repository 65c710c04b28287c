#pragma once

#include <cstddef>
#include <string>

namespace duplexd {

/// What the process found out by itself about the endpoints of an upstream, from its file or its sources.
struct Discovered {
  std::string upstream;
  std::size_t endpoints = 0;  ///< that are in use
  std::string failure{};      ///< why others cannot be; "": they are in use from now on
};

}  // namespace duplexd
