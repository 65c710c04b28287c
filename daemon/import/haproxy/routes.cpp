// use_backend lines as routes.
#include "core/net/address/decimal.hpp"
#include "daemon/import/haproxy/conditions.hpp"
#include "daemon/import/haproxy/translation.hpp"
#include "daemon/import/values/access.hpp"
#include "daemon/import/values/times.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <map>
#include <span>

namespace duplexd::importing::haproxy {
namespace {

std::string_view key_of(Asks asks) {
  switch (asks) {
    case Asks::sni:
    case Asks::tls:
      return "sni";
    case Asks::alpn:
      return "alpn";
    case Asks::source:
      return "source";
    case Asks::port:
      return "destination_port";
    case Asks::unknown:
      break;
  }
  return "";
}

/// "": all of these acls can be conditions of one route.
std::string why_not(const std::vector<Acl>& acls) {
  std::map<std::string_view, int> counts;
  for (const Acl& acl : acls) {
    if (acl.asks == Asks::unknown) return acl.why;
    if (acl.negated) return "duplexd's routes say what has to hold, and not what must not";
    // That it is a client of TLS is said by its name, too.
    if (acl.asks != Asks::tls && ++counts[key_of(acl.asks)] > 1) return "two acls ask for the same";
  }
  return acls.empty() ? "its condition is not understood" : "";
}

void add_conditions(const std::vector<Acl>& acls, const Target& route, const Setting& line) {
  const bool has_name = std::ranges::any_of(acls, [](const Acl& acl) { return acl.asks == Asks::sni; });
  for (const Acl& acl : acls) {
    for (const Setting* const from : acl.from) route.carry(*from);
    if (acl.asks == Asks::tls && !has_name) route.add("sni", "default", line);
    if (acl.asks == Asks::tls) continue;
    for (const auto& value : acl.values)
      route.add(key_of(acl.asks), value, acl.from.empty() ? line : *acl.from[0]);
  }
}

/// "": each way of the condition can be a route.
std::string why_no_route(const Condition& condition) {
  for (const auto& acls : condition)
    if (auto why = why_not(acls); !why.empty()) return why;
  return "";
}

/// Carries one line; `upstream` is "" for a route that rejects.
void carry_route(const Setting& line, const Condition& condition, const std::string& upstream,
                 const Target& listener) {
  const std::string why = why_no_route(condition);
  if (!why.empty()) return listener.refuse(line, why);
  for (const auto& acls : condition) {
    const Target route = listener.item("routes");
    add_conditions(acls, route, line);
    upstream.empty() ? route.set("reject", "true", line) : route.set("upstream", upstream, line);
  }
}

/// "if !{ req.ssl_hello_type 1 }" alone.
bool is_without_tls(const Condition& condition) {
  const bool is_one = condition.size() == 1 && condition[0].size() == 1;
  return is_one && condition[0][0].asks == Asks::tls && condition[0][0].negated;
}

/// A route that only clients of TLS can take.
bool is_of_tls(const Node& route) { return route.find("sni") || route.find("alpn"); }

/// A line for clients without TLS.
struct Others {
  const Setting* line = nullptr;
  std::string upstream{};
  std::vector<const Setting*> acls{};
};

/// Clients without TLS go to the upstream of the line, and those of TLS that no other route takes by one
/// more.
void carry_others(const Others& others, const Target& listener) {
  const Node* const routes = listener.node().find("routes");
  const Node* const usual = listener.node().find("upstream");
  if (!usual || (routes && !std::ranges::all_of(routes->children, is_of_tls)))
    return listener.refuse(*others.line, "duplexd's routes say what has to hold, and not what must not");
  const Target route = listener.item("routes");
  route.add("sni", "default", *others.line);
  route.set("upstream", usual->text, *others.line);
  listener.set("upstream", others.upstream, *others.line);
  for (const Setting* const from : others.acls) listener.carry(*from);
}

void carry_use(const Setting& line, const Section& section, const Names& upstreams, const Target& listener,
               Others& others) {
  const auto found = upstreams.find(line.arg(0));
  if (found == upstreams.end()) {
    const bool dynamic = line.arg(0).find('%') != std::string_view::npos;
    return listener.refuse(line, dynamic ? "the backend depends on the client; write a route for each name"
                                         : "this backend is not carried");
  }
  if (line.args.size() < 2) return listener.set("upstream", found->second, line);
  const auto condition = condition_of(std::span(line.args).subspan(1), section);
  if (!condition) return listener.refuse(line, condition.error().what);
  if (is_without_tls(*condition) && !others.line) {
    others = {&line, found->second, (*condition)[0][0].from};
  } else {
    carry_route(line, *condition, found->second, listener);
  }
}

/// Rules of the content come before use_backend lines.
void carry_rejects(const Section& section, const Target& listener) {
  for (const Setting* const rule : section.all.all("tcp-request content")) {
    const bool rejects = rule->arg(0) == "reject" || rule->arg(0) == "silent-drop";
    if (!rejects || rule->args.size() < 2 || !listener.draft().ledger.is_open(rule->id)) continue;
    const auto condition = condition_of(std::span(rule->args).subspan(1), section);
    const std::string why = condition ? why_no_route(*condition) : condition.error().what;
    why.empty() ? carry_route(*rule, *condition, "", listener) : leave_out_open(*rule, why, listener);
  }
}

/// HAProxy counts the time for each attempt by itself, and timeouts.handshake is for all of them, too.
void carry_delay(const Scope& front, const Scope& back, const Target& listener) {
  using std::chrono::milliseconds;
  const Setting* const delay = front.last("tcp-request inspect-delay");
  if (!delay) return;
  const Setting* const connect = back.last("timeout connect");
  const Setting* const retries = back.last("retries");
  const auto waits = time_of(delay->arg(0), milliseconds(1));
  const auto attempt = time_of(connect ? connect->arg(0) : "5s", milliseconds(1));
  std::string_view digits = retries ? retries->arg(0) : "3";
  const auto more = take_number(digits);
  if (!waits || !attempt || !more || !digits.empty())
    return listener.refuse(*delay,
                           "timeouts.handshake is for all attempts to connect, too: write it by hand");
  const std::uint64_t attempts = std::min<std::uint64_t>(*more, 100) + 1;
  const auto longest = std::chrono::duration_cast<milliseconds>(std::chrono::hours(1));
  const auto one = std::min(*attempt, longest);
  const auto all = std::min(*waits, longest) + one * static_cast<milliseconds::rep>(attempts);
  listener.set("timeouts.handshake", time_text(std::min(all, longest)), *delay);
  listener.remark(*delay, "timeouts.handshake has the attempts to connect in it, too");
}

void carry_default(const Scope& scope, const Names& upstreams, const Target& listener) {
  const Setting* const line = scope.last("default_backend");
  if (!line) return;
  const auto found = upstreams.find(line->arg(0));
  if (found == upstreams.end()) return listener.refuse(*line, "this backend is not carried");
  listener.set("upstream", found->second, *line);
}

}  // namespace

void carry_routes(const Section& section, const Section& backend, const Names& upstreams,
                  const Target& listener) {
  carry_default(section.all, upstreams, listener);
  carry_rejects(section, listener);
  Others others;
  const Setting* last = nullptr;
  for (const Setting* const line : section.all.all("use_backend")) {
    if (last) {
      listener.refuse(*line, "the use_backend line before it takes everybody");
    } else {
      carry_use(*line, section, upstreams, listener, others);
    }
    if (line->args.size() < 2) last = line;
  }
  // Routes of TLS come first: clients of one kind do not meet the others.
  if (others.line) carry_others(others, listener);
  const Node* const routes = listener.node().find("routes");
  if (!routes) return;
  // What a client says is waited for by the routes themselves.
  if (std::ranges::any_of(routes->children, is_of_tls)) carry_delay(section.all, backend.all, listener);
}

}  // namespace duplexd::importing::haproxy
