#pragma once

#include "daemon/import/draft/ledger.hpp"

#include <string_view>
#include <vector>

namespace duplexd::importing {

/// Settings in force at one place, inherited ones first, of which later ones count more.
struct Scope {
  std::vector<Setting> settings{};

  /// Null: there is none, or the last one says no.
  const Setting* last(std::string_view key) const;
  std::vector<const Setting*> all(std::string_view key) const;
};

}  // namespace duplexd::importing
