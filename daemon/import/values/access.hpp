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
  std::string why{};  ///< not "": whom it is for cannot be said, and why
};

using AccessRules = std::vector<AccessRule>;

/// Carries rules as `access` of a listener, where all denied clients win over allowed ones, as far as that
/// means the same; clients that no rule fits are allowed. A listener that would be open to clients whom the
/// rules turn away is left out.
void carry_access(const AccessRules& rules, const Target& listener);
/// A client has to get through each of them.
void carry_access(const std::vector<AccessRules>& phases, const Target& listener);

/// Leaves the listener out because a rule that narrows who may connect cannot be carried.
void leave_out_open(const Setting& rule, std::string_view why, const Target& listener);

}  // namespace duplexd::importing
