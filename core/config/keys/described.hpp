#pragma once

#include "core/config/keys/about.hpp"

#include <string>
#include <vector>

namespace duplexd {

/// A key or a section by its path below its owner: "timeouts.idle", "weight".
struct DescribedKey {
  Owner owner;
  std::string path;
  const About* about;
};

/// Every row of the table, sections before their keys: those at the top of the main file, then those of a
/// listener, of an upstream, of an endpoint and of a route.
const std::vector<DescribedKey>& described_keys();

}  // namespace duplexd
