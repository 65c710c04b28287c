// What is of the whole process.
#include "daemon/import/haproxy/translation.hpp"
#include "daemon/import/values/addresses.hpp"
#include "daemon/import/values/times.hpp"

#include <fmt/format.h>

#include <chrono>

namespace duplexd::importing::haproxy {
namespace {

void carry_name_server(const Setting& line, const Target& process) {
  const HostPort address = split_address(line.arg(1));
  const bool usual = address.port.empty() || address.port == "53";
  process.add("resolve.servers", usual ? address.host : join_address(address.host, address.port), line);
}

void carry_resolver(const Section& section, const Target& process) {
  for (const Setting& line : section.own.settings) {
    if (line.key == "nameserver") carry_name_server(line, process);
    if (line.key == "parse-resolv-conf") process.carry(line);
  }
}

}  // namespace

std::string in_folder(const std::string& folder, std::string_view name) {
  const bool whole = folder.empty() || name.starts_with('/') || name.starts_with('@');
  return whole ? std::string(name) : fmt::format("{}{}{}", folder, folder.ends_with('/') ? "" : "/", name);
}

void carry_text(const Scope& scope, std::string_view word, std::string_view key, const Target& target) {
  if (const Setting* const setting = scope.last(word)) target.set(key, setting->arg(0), *setting);
}

void carry_time(const Scope& scope, std::string_view word, std::string_view key, const Target& target) {
  const Setting* const setting = scope.last(word);
  if (!setting) return;
  const auto time = time_of(setting->arg(0), std::chrono::milliseconds(1));
  time ? target.set(key, time_text(*time), *setting) : target.refuse(*setting, time.error().what);
}

Global carry_global(const Section& section, Draft& draft) {
  const Target process = process_of(draft);
  const Scope& scope = section.own;
  carry_text(scope, "maxconn", "limits.sessions", process);
  carry_text(scope, "nbthread", "workers", process);
  carry_time(scope, "hard-stop-after", "defaults.timeouts.drain", process);
  Global global;
  if (const Setting* const base = scope.last("crt-base")) {
    global.certificate_folder = base->arg(0);
    process.carry(*base);
  }
  if (const Setting* const base = scope.last("ca-base")) {
    global.authority_folder = base->arg(0);
    process.carry(*base);
  }
  const Setting* const verify = scope.last("ssl-server-verify");
  if (verify && verify->arg(0) == "none") global.unverified = verify;
  if (verify && verify->arg(0) == "required") process.carry(*verify);
  return global;
}

void carry_resolvers(const std::vector<Section>& sections, Draft& draft) {
  const Target process = process_of(draft);
  const Section* first = nullptr;
  for (const Section& section : sections) {
    if (section.kind() != "resolvers") continue;
    if (first) draft.ledger.refuse_all(ids_of(section), "duplexd asks the same name servers for all names");
    if (!first) carry_resolver(section, process);
    first = &section;
  }
}

}  // namespace duplexd::importing::haproxy
