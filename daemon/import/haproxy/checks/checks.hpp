#pragma once

#include "daemon/import/draft/draft.hpp"
#include "daemon/import/haproxy/reading/sections.hpp"
#include "daemon/import/haproxy/servers/servers.hpp"
#include "daemon/import/haproxy/translation.hpp"

#include <string_view>
#include <vector>

namespace duplexd::importing::haproxy {

constexpr const char* without_tls =
    "duplexd asks this without TLS alone, and HAProxy's check goes by TLS; the check is one of TLS instead";

/// The option that says what servers are asked, the last one; null: they only have to accept.
const Setting* check_option(const Section& section);

/// The rules with keys that begin so ("http-check "). Those of defaults count only for a section that has
/// neither rules nor an option of its own.
std::vector<const Setting*> check_rules(const Section& section, std::string_view start);

/// Refuses all, as half of them would ask something else.
void refuse_check(const std::vector<const Setting*>& settings, std::string_view why, const Target& upstream);

/// These carry the option with its rules as check.type and more. False: it is refused as a whole.
bool carry_http_check(const Section& section, const Setting& option, bool with_tls, const Target& upstream);
bool carry_exchange(const Section& section, const Setting& option, bool with_tls, const Target& upstream);

/// `checked` are the servers that have check, and `check` is what it is carried from.
void carry_check_type(const Section& section, const Servers& checked, const Setting& check);
/// To be called when the type is carried.
void carry_check_tls(const Servers& servers, const Global& global, const Setting& check);
/// Without a time-out a check of HAProxy has its interval for all; with one it has that to answer, and may
/// take the interval, or the time to connect if that is shorter, to connect.
void carry_check_timeout(const Scope& scope, const Servers& checked, const Setting& check);

}  // namespace duplexd::importing::haproxy
