#pragma once

#include "daemon/import/draft/draft.hpp"

#include <optional>
#include <string>
#include <vector>

namespace duplexd::importing {

/// A rule of access, of which the first that fits a client decides.
struct AccessRule {
  bool allows = false;
  bool everybody = false;               ///< `networks` do not count
  std::vector<std::string> networks{};  ///< as duplexd writes them
  bool all_others = false;              ///< it is for those that are not in `networks`
  const Setting* from = nullptr;
};

/// Carries rules as `access` of a listener, where all denied clients win over allowed ones, as far as that
/// means the same. The others are refused with the reason; clients that no rule fits are allowed.
void carry_access(const std::vector<AccessRule>& rules, const Target& listener);

}  // namespace duplexd::importing
