#include "daemon/import/values/access.hpp"

#include "core/config/spelling/wording.hpp"
#include "core/net/address/network.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace duplexd::importing {
namespace {

constexpr const char* order_counts =
    "in duplexd access.deny goes before access.allow, and here the order is another one: write access by "
    "hand";
constexpr const char* left_out =
    "the listener is left out, which would be open to clients that the rules turn away";
constexpr const char* takes_nobody = "a listener that takes nobody is none";

struct Entry {
  std::string network;
  const Setting* from;
};
using Entries = std::vector<Entry>;

void add_entries(const AccessRule& rule, Entries& entries) {
  for (const auto& network : rule.networks) entries.push_back({network, rule.from});
}

/// Variables may be any network.
bool may_hold(const std::string& outer, const std::string& inner) {
  const auto one = Network::parse(outer), other = Network::parse(inner);
  return outer == inner || !one || !other || NetworkSet({*one}).contains(NetworkSet({*other}));
}

bool may_overlap(const AccessRule& one, const AccessRule& other) {
  return std::ranges::any_of(one.networks, [&](const auto& a) {
    return std::ranges::any_of(other.networks,
                               [&](const auto& b) { return may_hold(a, b) || may_hold(b, a); });
  });
}

/// What is in both; none: variables hide it.
std::optional<Entries> in_both(const Entries& some, const Entries& others) {
  Entries both;
  for (const Entry& a : some) {
    for (const Entry& b : others) {
      if (a.network != b.network && (!Network::parse(a.network) || !Network::parse(b.network)))
        return std::nullopt;
      if (may_hold(a.network, b.network))
        both.push_back(b);
      else if (may_hold(b.network, a.network))
        both.push_back(a);
    }
  }
  return both;
}

/// What several sequences of rules come to: clients in `only`, if there is one, that are not in `denied`.
struct Access {
  const Target& listener;
  std::optional<Entries> only{};
  Entries denied{};
  bool lost = false;

  void lose(const Setting& from, std::string_view why) {
    lost = true;
    leave_out_open(from, why, listener);
  }
  void narrow(const Entries& entries, const Setting& from) {
    auto both = only ? in_both(*only, entries) : std::optional(entries);
    if (!both) return lose(from, order_counts);
    if (both->empty()) return lose(from, takes_nobody);
    listener.carry(from);
    for (const Entry& entry : entries) listener.carry(*entry.from);
    only = std::move(both);
  }
  void write() const {
    write_list("deny", denied);
    if (only) write_list("allow", *only);
  }

 private:
  void write_list(std::string_view key, const Entries& entries) const {
    for (const auto& [network, from] : entries) {
      if (printable(network) != network) leave_out_open(*from, "it is no network", listener);
      listener.part("access").add(key, network, *from);
      listener.demand("access." + std::string(key), *from, left_out);
    }
  }
};

/// One sequence, of which the first rule that fits decides.
class Sequence {
 public:
  explicit Sequence(Access& access) : access_(access) {}

  void take(const AccessRule& rule) {
    if (decided_) return access_.listener.refuse(*rule.from, "no client comes so far in the rules");
    if (!rule.allows) return take_denied(rule);
    if (!rule.everybody) return accepted_.push_back(&rule);
    decided_ = true;
    access_.listener.carry(*rule.from);
  }
  void finish() const {
    for (const auto* each : accepted_) access_.listener.carry(*each->from);
  }

 private:
  void take_denied(const AccessRule& rule) {
    if (rule.everybody) return close(rule);
    if (!rule.why.empty()) return access_.lose(*rule.from, rule.why);
    if (rule.all_others) return deny_others(rule);
    const bool meets = std::ranges::any_of(accepted_, [&](const AccessRule* accepted) {
      return !is_known(*accepted) || may_overlap(*accepted, rule);
    });
    if (meets) return access_.lose(*rule.from, order_counts);
    add_entries(rule, access_.denied);
  }

  /// "Nobody but these": they go on to the next rule.
  void deny_others(const AccessRule& rule) {
    if (!accepted_.empty()) return access_.lose(*rule.from, order_counts);
    is_narrowed_ = true;
    Entries others;
    add_entries(rule, others);
    access_.narrow(others, *rule.from);
  }

  /// An accepted client that cannot be told is turned away, as everybody else.
  void close(const AccessRule& rule) {
    decided_ = true;
    Entries known;
    for (const auto* each : accepted_) {
      if (is_known(*each))
        add_entries(*each, known);
      else
        access_.listener.refuse(*each->from, each->why.empty() ? order_counts : each->why);
    }
    if (accepted_.empty()) return access_.lose(*rule.from, takes_nobody);
    if (is_narrowed_) return access_.lose(*rule.from, order_counts);
    if (known.empty()) return access_.lose(*rule.from, "whom it leaves cannot be said");
    access_.narrow(known, *rule.from);
  }

  static bool is_known(const AccessRule& rule) { return rule.why.empty() && !rule.all_others; }

  Access& access_;
  std::vector<const AccessRule*> accepted_{};
  bool is_narrowed_ = false;
  bool decided_ = false;
};

}  // namespace

void carry_access(const AccessRules& rules, const Target& listener) {
  carry_access(std::vector<AccessRules>{rules}, listener);
}

void carry_access(const std::vector<AccessRules>& phases, const Target& listener) {
  Access access{listener};
  for (const auto& rules : phases) {
    Sequence sequence(access);
    for (const auto& rule : rules) sequence.take(rule);
    if (!access.lost) sequence.finish();
  }
  if (!access.lost) access.write();
}

void leave_out_open(const Setting& rule, std::string_view why, const Target& listener) {
  listener.refuse(rule, fmt::format("{}; {}", why, left_out));
  listener.leave_out(rule, left_out);
}

}  // namespace duplexd::importing
