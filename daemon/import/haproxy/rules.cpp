// tcp-request rules as access.
#include "daemon/import/haproxy/conditions.hpp"
#include "daemon/import/haproxy/translation.hpp"
#include "daemon/import/values/access.hpp"

#include <span>

namespace duplexd::importing::haproxy {
namespace {

void add_networks(AccessRule& rule, const Acl& acl) {
  rule.networks.insert(rule.networks.end(), acl.values.begin(), acl.values.end());
}

/// "" if the rule is one about sources: "if a or b", "if !a !b" or "if a".
std::string fill_from(const Condition& condition, AccessRule& rule) {
  const bool negated = !condition.empty() && !condition[0].empty() && condition[0][0].negated;
  if (condition.size() > 1 && negated) return "write the networks by hand";
  for (const auto& acls : condition) {
    if (acls.empty() || (acls.size() > 1 && !negated))
      return "duplexd's access asks for one network at a time";
    for (const Acl& acl : acls) {
      if (acl.asks == Asks::unknown) return acl.why;
      if (acl.asks != Asks::source) return "duplexd's access asks for clients' addresses alone";
      if (acl.negated != negated) return "write the networks by hand";
      add_networks(rule, acl);
    }
  }
  rule.all_others = negated;
  return "";
}

bool is_of_source(const Condition& condition) {
  for (const auto& acls : condition)
    for (const Acl& acl : acls)
      if (acl.asks == Asks::source) return true;
  return false;
}

void carry_acls(const Condition& condition, const Target& listener) {
  for (const auto& acls : condition)
    for (const Acl& acl : acls)
      for (const Setting* const from : acl.from) listener.carry(*from);
}

/// Reads one rule into `rules`, or refuses it. Rules of the content are left alone unless they are about
/// sources.
void take_rule(const Setting& line, const Section& section, std::vector<AccessRule>& rules,
               const Target& listener) {
  const bool accepts = line.arg(0) == "accept";
  if (!accepts && line.arg(0) != "reject") return;
  AccessRule rule{.allows = accepts, .from = &line};
  const bool of_content = line.key == "tcp-request content";
  if (line.args.size() == 1) {
    if (of_content) return;
    rule.everybody = true;
    return rules.push_back(std::move(rule));
  }
  const auto condition = condition_of(std::span(line.args).subspan(1), section);
  if (!condition) return listener.refuse(line, condition.error().what);
  if (of_content && (accepts || !is_of_source(*condition))) return;
  const std::string why = fill_from(*condition, rule);
  if (!why.empty()) return listener.refuse(line, why);
  carry_acls(*condition, listener);
  rules.push_back(std::move(rule));
}

}  // namespace

void carry_rules(const Section& section, const Target& listener) {
  std::vector<AccessRule> rules;
  for (const Setting& line : section.all.settings)
    if (line.key == "tcp-request connection" || line.key == "tcp-request content")
      take_rule(line, section, rules, listener);
  carry_access(rules, listener);
}

}  // namespace duplexd::importing::haproxy
