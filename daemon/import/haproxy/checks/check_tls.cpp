// The TLS of a check.
#include "daemon/import/haproxy/checks/checks.hpp"

namespace duplexd::importing::haproxy {
namespace {

void carry_check_name(const Servers& servers, const Servers& checked) {
  const Target& upstream = checked.upstream();
  const Setting* const host = servers.alike("verifyhost");
  const Setting* const name = checked.alike("check-sni");
  if (host) upstream.set("check.tls.server_name", host->arg(0), *host);
  if (name && host && name->arg(0) != host->arg(0))
    return upstream.refuse(*name, "duplexd asks for the name that the certificate has to be of");
  if (name) upstream.set("check.tls.server_name", name->arg(0), *name);
}

}  // namespace

void carry_check_tls(const Servers& servers, const Global& global, const Setting& check) {
  const Target& upstream = servers.upstream();
  const auto& type = upstream.node().find("check")->find("type")->text;
  if (type != "https" && type != "tls") return;
  const Setting* const unverified = servers.unverified(global.unverified);
  if (unverified) upstream.set("check.tls.verify", "false", *unverified);
  const Setting* const authority = servers.shared("ca-file");
  if (authority && authority->arg(0) != "@system-ca")
    upstream.set("check.tls.ca_file", in_folder(global.authority_folder, authority->arg(0)), *authority);
  carry_check_name(servers, servers.checked());
  const Node& tls = upstream.node().at("check.tls");
  if (!tls.find("verify") && !tls.find("server_name"))
    upstream.remark(check, "duplexd's check wants a certificate of the endpoint's name, HAProxy's of any");
}

}  // namespace duplexd::importing::haproxy
