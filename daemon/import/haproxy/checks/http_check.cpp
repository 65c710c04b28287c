// option httpchk and the rules of http-check as what a check asks, and what it wants to hear.
#include "daemon/import/haproxy/checks/checks.hpp"
#include "daemon/import/values/words.hpp"

#include <fmt/format.h>

#include <array>

namespace duplexd::importing::haproxy {
namespace {

constexpr std::string_view send_rule = "http-check send", expect_rule = "http-check expect";

/// Words of "http-check send" with a value; "hdr" has two.
bool is_sent(std::string_view word) {
  return word == "meth" || word == "uri" || word == "ver" || word == "hdr" || word == "comment";
}

std::string_view why_not_sent(const Setting& send) {
  for (std::size_t word = 0; word < send.args.size(); word += send.arg(word) == "hdr" ? 3 : 2)
    if (!is_sent(send.arg(word))) return "duplexd's checks send no such part";
  return "";
}

std::string_view why_not_expected(const Setting& expect) {
  const auto how = expect.arg(0);
  const bool is_known = how == "string" || how == "rstring" || how == "status";
  if (is_known && expect.args.size() == 2) return "";
  return "duplexd's checks expect statuses, or one text or regular expression; write status or body of check "
         "by hand";
}

/// "": duplexd's checks can do the same.
std::string_view why_not_rule(const Setting& rule) {
  if (rule.key == send_rule) return why_not_sent(rule);
  if (rule.key == expect_rule) return why_not_expected(rule);
  if (rule.key == "http-check connect" && !rule.args.empty())
    return "duplexd asks on one connection, with the endpoint or with check.port";
  // What leaves requests and answers as they are.
  for (const char* plain :
       {"http-check comment", "http-check connect", "http-check send-state", "http-check disable-on-404"})
    if (rule.key == plain) return "";
  return "duplexd's checks have no such rule";
}

/// The same of all rules together.
std::string_view why_not_asked(const std::vector<const Setting*>& rules) {
  int sends = 0, expects = 0;
  for (const Setting* const rule : rules) {
    if (const auto why = why_not_rule(*rule); !why.empty()) return why;
    if (rule->key == send_rule) ++sends;
    if (rule->key == expect_rule) ++expects;
  }
  return sends > 1 || expects > 1 ? "duplexd's checks are one request and one answer" : "";
}

/// "HTTP/1.1\r\nHost:\ www": a trick of old files for headers.
void carry_trick(std::string_view version, const Setting& option, const Target& upstream) {
  for (const auto line : split(version, '\n')) {
    const auto text = line.substr(0, line.find('\r'));
    const auto colon = text.find(": ");
    if (colon == std::string_view::npos) continue;
    const bool is_host = text.substr(0, colon) == "Host" || text.substr(0, colon) == "host";
    is_host ? upstream.set("check.host", text.substr(colon + 2), option)
            : upstream.add("check.headers", text, option);
  }
}

void carry_request(const Setting& option, const Target& upstream) {
  const bool only_path = option.args.size() == 1;
  upstream.set("check.method", option.args.size() > 1 ? option.arg(0) : "OPTIONS", option);
  if (!option.args.empty()) upstream.set("check.path", option.arg(only_path ? 0 : 1), option);
  carry_trick(option.arg(2), option, upstream);
}

void carry_sent_header(std::string_view name, std::string_view value, const Setting& send,
                       const Target& upstream) {
  const bool is_host = name == "Host" || name == "host";
  is_host ? upstream.set("check.host", value, send)
          : upstream.add("check.headers", fmt::format("{}: {}", name, value), send);
}

void carry_send(const Setting& send, const Target& upstream) {
  upstream.carry(send);
  for (std::size_t word = 0; word < send.args.size(); word += send.arg(word) == "hdr" ? 3 : 2) {
    const std::string_view what = send.arg(word), value = send.arg(word + 1);
    if (what == "meth") upstream.set("check.method", value, send);
    if (what == "uri") upstream.set("check.path", value, send);
    if (what == "hdr") carry_sent_header(value, send.arg(word + 2), send, upstream);
  }
}

void carry_expectation(const Setting& expect, const Target& upstream) {
  const auto how = expect.arg(0), what = expect.arg(1);
  if (how == "status") {
    for (const auto range : split(what, ',')) upstream.add("check.status", range, expect);
    return;
  }
  upstream.set("check.body", fmt::format("{} {}", how == "string" ? "contains" : "regex", what), expect);
  upstream.add("check.status", "100-599", expect);  // HAProxy looks at the body alone
}

}  // namespace

bool carry_http_check(const Section& section, const Setting& option, bool with_tls, const Target& upstream) {
  auto rules = check_rules(section, "http-check ");
  if (const auto why = why_not_asked(rules); !why.empty()) {
    rules.push_back(&option);
    refuse_check(rules, why, upstream);
    return false;
  }
  upstream.set("check.type", with_tls ? "https" : "http", option);
  carry_request(option, upstream);
  for (const Setting* const rule : rules) {
    if (rule->key == send_rule) carry_send(*rule, upstream);
    if (rule->key == expect_rule) carry_expectation(*rule, upstream);
    if (rule->key == "http-check comment" || rule->key == "http-check connect") upstream.carry(*rule);
  }
  return true;
}

}  // namespace duplexd::importing::haproxy
