// What a check asks, and by TLS or not.
#include "daemon/import/haproxy/checks/checks.hpp"

#include <algorithm>
#include <array>

namespace duplexd::importing::haproxy {
namespace {

struct Kind {
  std::string_view option;
  std::string_view type;
};
constexpr std::array kinds{Kind{"option redis-check", "redis"},    Kind{"option mysql-check", "mysql"},
                           Kind{"option pgsql-check", "postgres"}, Kind{"option smtpchk", "smtp"},
                           Kind{"option ldap-check", "ldap"},      Kind{"option ssl-hello-chk", "tls"}};

void carry_user(const Setting& option, const Target& upstream) {
  if (option.arg(0) == "user") upstream.set("check.user", option.arg(1), option);
}

/// Whether all have no-check-ssl.
bool asks_without_tls(const Servers& checked) {
  return std::ranges::all_of(checked.all(), [](const Server& server) {
    const auto& options = server.options.settings;
    const auto last = std::find_if(options.rbegin(), options.rend(),
                                   [](const Setting& option) { return option.key == "check-ssl"; });
    return last != options.rend() && last->negated;
  });
}

/// Checks of another port speak no TLS unless they are told to.
bool asks_by_tls(const Servers& checked) {
  if (checked.alike("check-ssl")) return true;
  return checked.alike("ssl") && !checked.alike("port") && !asks_without_tls(checked);
}

/// False: duplexd has no such check.
bool carry_kind(const Setting& option, bool with_tls, const Target& upstream) {
  const auto* const kind = std::ranges::find(kinds, option.key, &Kind::option);
  if (kind == kinds.end()) return false;
  if (with_tls && kind->type != "tls") {
    upstream.refuse(option, without_tls);
    return false;
  }
  upstream.set("check.type", kind->type, option);
  if (kind->type == "tls") upstream.set("check.tls.verify", "false", option);
  carry_user(option, upstream);
  return true;
}

}  // namespace

void carry_check_type(const Section& section, const Servers& checked, const Setting& check) {
  const Target& upstream = checked.upstream();
  const bool with_tls = asks_by_tls(checked);
  bool carried = false;
  if (const Setting* const option = check_option(section)) {
    if (option->key == "option httpchk") carried = carry_http_check(section, *option, with_tls, upstream);
    if (option->key == "option tcp-check") carried = carry_exchange(section, *option, with_tls, upstream);
    carried = carried || carry_kind(*option, with_tls, upstream);
  }
  if (!carried) upstream.set("check.type", with_tls ? "tls" : "tcp", check);
}

}  // namespace duplexd::importing::haproxy
