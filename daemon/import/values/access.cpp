#include "daemon/import/values/access.hpp"

namespace duplexd::importing {
namespace {

constexpr const char* order_counts =
    "in duplexd access.deny goes before access.allow, and here the order is another one: write access by "
    "hand";

void add_networks(const AccessRule& rule, const char* key, const Target& listener) {
  for (const auto& network : rule.networks) listener.part("access").add(key, network, *rule.from);
}

/// What the rules say together, as duplexd has it: some are denied, then some or all are allowed.
struct Sequence {
  const Target& listener;
  bool decided = false;  // a rule for everybody has come
  std::vector<const AccessRule*> allowed{};

  void take(const AccessRule& rule) {
    if (decided) return listener.refuse(*rule.from, "no client comes so far in the rules");
    if (rule.everybody) return take_last(rule);
    if (rule.all_others && !rule.allows) return take_others_denied(rule);
    if (rule.all_others) return listener.refuse(*rule.from, order_counts);
    if (rule.allows) return allowed.push_back(&rule);
    if (!allowed.empty()) return listener.refuse(*rule.from, order_counts);
    add_networks(rule, "deny", listener);
  }

  /// "Nobody but these": they are allowed.
  void take_others_denied(const AccessRule& rule) {
    if (!allowed.empty()) return listener.refuse(*rule.from, order_counts);
    allowed.push_back(&rule);
    close(rule);
  }

  void take_last(const AccessRule& rule) {
    if (!rule.allows && !allowed.empty()) return close(rule);
    if (!rule.allows) return listener.refuse(*rule.from, "a listener that takes nobody is none");
    decided = true;
    listener.carry(*rule.from);
    for (const auto* each : allowed) listener.carry(*each->from);
  }

  void close(const AccessRule& rule) {
    decided = true;
    listener.carry(*rule.from);
    for (const auto* each : allowed) add_networks(*each, "allow", listener);
  }
};

}  // namespace

void carry_access(const std::vector<AccessRule>& rules, const Target& listener) {
  Sequence sequence{listener};
  for (const auto& rule : rules) sequence.take(rule);
  // All that is left without a rule that denies the others: everybody is allowed anyway.
  if (!sequence.decided)
    for (const auto* each : sequence.allowed) listener.carry(*each->from);
}

}  // namespace duplexd::importing
