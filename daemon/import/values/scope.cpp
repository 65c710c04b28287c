#include "daemon/import/values/scope.hpp"

namespace duplexd::importing {

const Setting* Scope::last(std::string_view key) const {
  const Setting* found = nullptr;
  for (const Setting& setting : settings)
    if (setting.key == key) found = setting.negated ? nullptr : &setting;
  return found;
}

std::vector<const Setting*> Scope::all(std::string_view key) const {
  std::vector<const Setting*> found;
  for (const Setting& setting : settings)
    if (setting.key == key && !setting.negated) found.push_back(&setting);
  return found;
}

}  // namespace duplexd::importing
