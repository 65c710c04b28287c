// tcp-request rules as access.
#include "daemon/import/haproxy/conditions.hpp"
#include "daemon/import/haproxy/translation.hpp"
#include "daemon/import/values/access.hpp"

#include <algorithm>
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

void carry_acls(const Condition& condition, const Target& listener) {
  for (const auto& acls : condition)
    for (const Acl& acl : acls)
      for (const Setting* const from : acl.from) listener.carry(*from);
}

bool is_reject(const Setting& line) { return line.arg(0) == "reject" || line.arg(0) == "silent-drop"; }

/// Whether each way of a condition asks how much comes: who may connect does not depend on it.
bool is_of_load(const Condition& condition) {
  return std::ranges::all_of(condition, [](const auto& acls) {
    return std::ranges::any_of(acls, [](const Acl& acl) { return acl.is_load; });
  });
}

/// Whether only clients of TLS can be meant.
bool is_of_tls_alone(const Condition& condition) {
  return std::ranges::all_of(condition, [](const auto& acls) {
    return std::ranges::any_of(acls, [](const Acl& acl) {
      return !acl.negated && (acl.asks == Asks::tls || acl.asks == Asks::sni || acl.asks == Asks::alpn);
    });
  });
}

/// What the rules of one kind say of sources. What a content rule says of TLS is left to the routes.
class Phase {
 public:
  Phase(const Section& section, const Target& listener, bool is_content)
      : section_(section), listener_(listener), is_content_(is_content) {}

  void take(const Setting& line) {
    const bool accepts = line.arg(0) == "accept";
    if (!accepts && !is_reject(line)) return;
    AccessRule rule{.allows = accepts, .from = &line};
    if (line.args.size() == 1) {
      rule.everybody = true;
      return rules.push_back(std::move(rule));
    }
    const auto condition = condition_of(std::span(line.args).subspan(1), section_);
    if (condition && !accepts && is_of_load(*condition))
      return listener_.refuse(line, "see limits.per_source, limits.per_source_rate and limits.sessions");
    if (waited_ && condition && !accepts && is_of_tls_alone(*condition))
      return listener_.refuse(line, "no client of TLS comes so far in the rules");
    rule.why = condition ? fill_from(*condition, rule) : condition.error().what;
    if (is_content_ && !accepts && !rule.why.empty() && !accepted_) return;
    if (condition && rule.why.empty()) carry_acls(*condition, listener_);
    const bool waits = accepts && is_wait(condition);
    waited_ = waited_ || waits;
    accepted_ = accepted_ || (accepts && !waits);
    rules.push_back(std::move(rule));
  }

  AccessRules rules{};

 private:
  /// "content accept if { req.ssl_hello_type 1 }" alone ends waiting.
  static bool is_wait(const Parsed<Condition>& condition) {
    return condition && condition->size() == 1 && condition->front().size() == 1 &&
           condition->front().front().asks == Asks::tls && !condition->front().front().negated;
  }

  const Section& section_;
  const Target& listener_;
  bool is_content_;
  bool accepted_ = false;
  bool waited_ = false;
};

AccessRules rules_of(std::string_view word, const Section& section, const Target& listener) {
  Phase phase(section, listener, word == "content");
  const std::string key = "tcp-request " + std::string(word);
  for (const Setting& line : section.all.settings)
    if (line.key == key) phase.take(line);
  return std::move(phase.rules);
}

}  // namespace

void carry_rules(const Section& section, const Target& listener) {
  const std::vector<AccessRules> phases{rules_of("connection", section, listener),
                                        rules_of("session", section, listener),
                                        rules_of("content", section, listener)};
  const bool rejects = std::ranges::any_of(phases[0], [](const AccessRule& rule) { return !rule.allows; });
  if (rejects && listener.node().has("proxy_protocol"))
    leave_out_open(*phases[0].front().from,
                   "with accept-proxy it is about the proxies, and access of duplexd about their clients",
                   listener);
  carry_access(phases, listener);
  for (const auto& rules : phases)
    for (const AccessRule& rule : rules) {
      if (rule.from->arg(0) == "silent-drop")
        listener.remark(*rule.from, "duplexd resets them, and drops nobody in silence");
      if (listener.draft().ledger.is_open(rule.from->id))
        listener.refuse(*rule.from, "the listener is left out");
    }
}

}  // namespace duplexd::importing::haproxy
