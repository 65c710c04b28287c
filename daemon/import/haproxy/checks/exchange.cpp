// The rules of tcp-check as the steps of an exchange.
#include "core/config/spelling/escapes.hpp"
#include "core/config/spelling/wording.hpp"
#include "core/net/address/parsed.hpp"
#include "daemon/import/haproxy/checks/checks.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace duplexd::importing::haproxy {
namespace {

Parsed<std::string> expectation(const Setting& rule) {
  if (rule.args.size() != 2)
    return ParseError{"duplexd's steps expect one text each, and have no conditions"};
  const auto how = rule.arg(0), what = rule.arg(1);
  if (how == "string") return parsed_text(fmt::format("expect contains {}", escape(what)));
  if (how == "rstring") return parsed_text(fmt::format("expect regex {}", what));
  if (how != "binary") return ParseError{"duplexd expects texts, bytes and regular expressions"};
  const auto bytes = from_hex(what);
  if (!bytes) return ParseError{"it is no hexadecimal text"};
  return parsed_text(fmt::format("expect contains {}", escape(*bytes)));
}

/// "": the rule needs no step.
Parsed<std::string> step_of(const Setting& rule) {
  if (rule.key == "tcp-check send" && rule.args.size() == 1)
    return parsed_text("send text " + escape(rule.arg(0)));
  if (rule.key == "tcp-check send-binary" && rule.args.size() == 1)
    return parsed_text(fmt::format("send hex {}", rule.arg(0)));
  if (rule.key == "tcp-check expect") return expectation(rule);
  const bool plain =
      rule.key == "tcp-check comment" || (rule.key == "tcp-check connect" && rule.args.empty());
  if (plain) return parsed_text("");
  return ParseError{"duplexd's steps send a text, or expect one, on the one connection of a check"};
}

/// "": the steps of duplexd can do the same.
std::string why_no_steps(const std::vector<const Setting*>& rules, std::vector<std::string>& steps) {
  for (const Setting* const rule : rules) {
    const auto step = step_of(*rule);
    if (!step) return step.error().what;
    steps.push_back(*step);
  }
  return "";
}

}  // namespace

bool carry_exchange(const Section& section, const Setting& option, bool with_tls, const Target& upstream) {
  upstream.carry(option);
  const auto rules = check_rules(section, "tcp-check ");
  std::vector<std::string> steps;
  std::string why = why_no_steps(rules, steps);
  const bool has_steps = std::ranges::any_of(steps, [](const std::string& step) { return !step.empty(); });
  if (why.empty() && has_steps && with_tls) why = without_tls;
  if (!why.empty()) {
    refuse_check(rules, why, upstream);
    return false;
  }
  for (std::size_t i = 0; i < rules.size(); ++i) {
    if (!steps[i].empty()) upstream.set("check.type", "exchange", *rules[i]);
    steps[i].empty() ? upstream.carry(*rules[i]) : upstream.add("check.steps", steps[i], *rules[i]);
  }
  return has_steps;
}

}  // namespace duplexd::importing::haproxy
