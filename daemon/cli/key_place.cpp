#include "daemon/cli/key_place.hpp"

#include <algorithm>

namespace duplexd {

std::string place_of(const std::string& path, const std::vector<EffectiveValue>& effective) {
  const auto key = std::ranges::find(effective, path, &EffectiveValue::path);
  const bool is_written = key != effective.end() && key->origin != "default";
  return is_written ? key->origin : "duplexd";
}

}  // namespace duplexd
