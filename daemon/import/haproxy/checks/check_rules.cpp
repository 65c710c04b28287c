// Which option and which rules say how a backend is checked.
#include "daemon/import/haproxy/checks/checks.hpp"

#include <algorithm>
#include <array>

namespace duplexd::importing::haproxy {
namespace {

constexpr std::array check_options{"option httpchk",       "option tcp-check",     "option mysql-check",
                                   "option pgsql-check",   "option smtpchk",       "option ldap-check",
                                   "option redis-check",   "option ssl-hello-chk", "option spop-check",
                                   "option external-check"};

bool is_check_option(const Setting& setting) {
  return std::ranges::find(check_options, setting.key) != check_options.end();
}

}  // namespace

const Setting* check_option(const Section& section) {
  const Setting* found = nullptr;
  for (const Setting& setting : section.all.settings)
    if (is_check_option(setting) && !setting.negated) found = &setting;
  return found;
}

std::vector<const Setting*> check_rules(const Section& section, std::string_view start) {
  const auto replaces = [&](const Setting& setting) {
    return is_check_option(setting) || setting.key.starts_with(start);
  };
  const bool has_own = std::ranges::any_of(section.own.settings, replaces);
  std::vector<const Setting*> rules;
  for (const Setting& setting : has_own ? section.own.settings : section.all.settings)
    if (setting.key.starts_with(start)) rules.push_back(&setting);
  return rules;
}

void refuse_check(const std::vector<const Setting*>& settings, std::string_view why, const Target& upstream) {
  std::vector<SettingId> ids;
  for (const Setting* const setting : settings) {
    upstream.place(*setting);
    ids.push_back(setting->id);
  }
  upstream.draft().ledger.refuse_all(ids, why);
}

}  // namespace duplexd::importing::haproxy
