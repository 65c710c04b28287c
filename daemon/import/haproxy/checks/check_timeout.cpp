// How long a check may take.
#include "daemon/import/haproxy/checks/checks.hpp"
#include "daemon/import/values/times.hpp"

#include <algorithm>
#include <chrono>

namespace duplexd::importing::haproxy {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds usual_check(2000);      // of duplexd's, and what inter is by itself
constexpr milliseconds longest_check(60'000);  // that duplexd takes

milliseconds time_or(const Setting* setting, milliseconds otherwise) {
  if (!setting) return otherwise;
  const auto time = time_of(setting->arg(0), milliseconds(1));
  return time && time->count() != 0 ? *time : otherwise;
}

}  // namespace

void carry_check_timeout(const Scope& scope, const Servers& checked, const Setting& check) {
  const Target& upstream = checked.upstream();
  const Setting* const inter = checked.alike("inter");
  const Setting* const limit = scope.last("timeout check");
  const milliseconds interval = time_or(inter, usual_check);
  const milliseconds answer = time_or(limit, milliseconds(0));
  const milliseconds connect = std::min(interval, time_or(scope.last("timeout connect"), interval));
  const milliseconds total = answer.count() == 0 ? interval : connect + answer;
  const Setting& from = limit ? *limit : inter ? *inter : check;
  if (limit && !time_of(limit->arg(0), milliseconds(1)))
    return upstream.refuse(*limit, time_of(limit->arg(0), milliseconds(1)).error().what);
  if (limit) upstream.carry(*limit);
  if (total != usual_check) upstream.set("check.timeout", time_text(std::min(total, longest_check)), from);
  if (total > longest_check) upstream.remark(from, "a check of duplexd may take a minute at most");
  if (answer.count() != 0) upstream.remark(from, "check.timeout has the time to connect in it");
}

}  // namespace duplexd::importing::haproxy
