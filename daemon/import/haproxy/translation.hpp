#pragma once

#include "daemon/import/draft/draft.hpp"
#include "daemon/import/haproxy/reading/sections.hpp"
#include "daemon/import/haproxy/servers/servers.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace duplexd::importing::haproxy {

/// The names of upstreams by those of backends.
using Names = std::map<std::string, std::string, std::less<>>;

/// Of the section global.
struct Global {
  std::string certificate_folder{};     ///< crt-base
  std::string authority_folder{};       ///< ca-base
  const Setting* unverified = nullptr;  ///< ssl-server-verify none, if there is one
};
/// `name` in `folder`, unless it is absolute.
std::string in_folder(const std::string& folder, std::string_view name);

Global carry_global(const Section& global, Draft& draft);
void carry_resolvers(const std::vector<Section>& sections, Draft& draft);
/// What global, defaults and proxies say of the log. Those that are refused as a whole are already.
void carry_log(const std::vector<Section>& sections, Draft& draft);

void carry_upstream(const Section& section, const Global& global, const Target& upstream);
void carry_source(const Servers& servers, const Setting* of_backend);
/// The TLS that is spoken with servers.
void carry_server_tls(const Servers& servers, const Global& global);
void carry_checks(const Section& section, const Servers& servers, const Global& global);

/// Makes listeners of a frontend or a listen section, one for each group of bind lines that differ in their
/// options. `backend` has the timeouts of its sessions.
void carry_listeners(const Section& section, const Section& backend, const Global& global,
                     const Names& upstreams, Draft& draft);
using Binds = std::vector<const Setting*>;
/// The addresses of one bind line; `all` are the lines of its section.
void carry_bind_addresses(const Setting& bind, const Binds& all, const Target& listener);
/// The options of bind lines that are alike.
void carry_bind_options(const Setting& bind, const Global& global, const Target& listener);
void carry_timeouts(const Section& frontend, const Section& backend, const Target& listener);
/// `backend` says how long attempts to connect take.
void carry_routes(const Section& section, const Section& backend, const Names& upstreams,
                  const Target& listener);
void carry_rules(const Section& section, const Target& listener);

/// Carries a setting of the scope to `key`.
void carry_text(const Scope& scope, std::string_view word, std::string_view key, const Target& target);
void carry_time(const Scope& scope, std::string_view word, std::string_view key, const Target& target);

/// Why a setting that nothing else has taken is not carried.
std::string_view reason_against(const Setting& setting);

}  // namespace duplexd::importing::haproxy
