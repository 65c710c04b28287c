#pragma once

#include <cstddef>
#include <cstdlib>

namespace duplexd::test {

/// A volume of work times DUPLEXD_TEST_SCALE: 0.1 is enough for a look or a slow build, 10 for a night.
inline std::size_t scaled(std::size_t number) {
  const char* const scale = std::getenv("DUPLEXD_TEST_SCALE");
  return static_cast<std::size_t>(static_cast<double>(number) * (scale ? std::atof(scale) : 1.0));
}

}  // namespace duplexd::test
