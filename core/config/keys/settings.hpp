#pragma once

#include "core/config/config.hpp"

#include <string>
#include <vector>

namespace duplexd {

/// A key below a listener or an upstream, "timeouts.idle", with its value as the file spells it.
struct Setting {
  std::string key;
  std::string value;
};

// The keys that have one value, in the order of the table. Lists, and references to other names, are left
// out.
std::vector<Setting> settings(const ListenerConfig& listener);
std::vector<Setting> settings(const UpstreamConfig& upstream);

}  // namespace duplexd
