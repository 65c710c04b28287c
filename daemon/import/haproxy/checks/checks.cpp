// How the servers of a backend are checked.
#include "daemon/import/haproxy/checks/checks.hpp"

namespace duplexd::importing::haproxy {
namespace {

void remark_unchecked(const Servers& servers) {
  for (const Server& server : servers.all())
    if (!server.options.last("check"))
      servers.upstream().remark(*server.line, "this one is checked as the others are");
}

/// Of check-send-proxy: duplexd's checks send a header if sessions do.
void carry_check_header(const Servers& checked) {
  const Setting* const option = checked.alike("check-send-proxy");
  if (!option) return;
  const Target& upstream = checked.upstream();
  const bool sends = upstream.node().has("proxy_protocol.version") && !checked.has("port");
  sends ? upstream.carry(*option)
        : upstream.refuse(*option,
                          "duplexd's checks send a PROXY header to the port of sessions alone, if "
                          "those send one");
}

/// False: they ask something else than the servers, and nothing is carried of them.
bool asks_servers(const Servers& checked) {
  if (!checked.has("addr")) return true;
  for (const Server& server : checked.all())
    for (const char* word : {"check", "addr"})
      if (const Setting* const option = server.options.last(word))
        checked.upstream().refuse(*option, "duplexd checks endpoints at their own addresses");
  return false;
}

}  // namespace

void carry_checks(const Section& section, const Servers& servers, const Global& global) {
  const Servers checked = servers.checked();
  if (checked.all().empty() || !asks_servers(checked)) return;
  const Setting& check = *checked.alike("check");
  carry_check_type(section, checked, check);
  carry_check_tls(servers, global, check);
  carry_check_header(checked);
  remark_unchecked(servers);
  checked.carry_text("port", "check.port");
  checked.carry_time("inter", "check.interval");
  checked.carry_time("downinter", "check.interval_down");
  checked.carry_text("rise", "check.rise");
  checked.carry_text("fall", "check.fall");
  carry_check_timeout(section.all, checked, check);
}

}  // namespace duplexd::importing::haproxy
