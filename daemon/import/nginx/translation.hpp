#pragma once

#include "daemon/import/draft/draft.hpp"
#include "daemon/import/nginx/blocks.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace duplexd::importing::nginx {

/// A variable of map, geo or split_clients, by what it depends on.
struct Variable {
  const Block* block = nullptr;
  enum class By { name, protocol, source, port, share, unknown } by = By::unknown;
};
using Variables = std::map<std::string, Variable, std::less<>>;  ///< by "$name"
Variables variables_of(const Block& stream);

/// What a stream block has for its servers.
struct Stream {
  const Block& block;
  Scope scope;
  Variables variables;
  Draft& draft;
  std::map<std::string, std::string> upstreams{};  ///< by name and settings of proxy_pass
};

/// The upstream that `pass` stands for, with the proxy_ settings of the server; "": it is refused.
std::string upstream_for(const std::string& pass, const Setting& line, const Scope& server, Stream& stream);
void carry_balance(const Block& upstream, const Target& target);
void carry_endpoints(const Block& upstream, const Target& target);
/// What the proxy_ directives of a server mean for its upstream.
void carry_proxy(const Scope& server, const Target& target);

void carry_server(const Block& server, Stream& stream);
void carry_listens(const Scope& scope, const std::vector<const Setting*>& listens, const Target& listener);
void carry_tls(const Scope& scope, const Target& listener);
/// Carries proxy_pass, to an upstream or by routes. False: nothing is left to serve.
bool carry_pass(const Scope& scope, const Target& listener, Stream& stream);
/// Makes endpoints with weights of split_clients; "": it is refused.
std::string carry_shares(const Block& shares, const Setting& line, const Scope& server, Stream& stream);
void carry_rules(const Scope& scope, const Target& listener);

// Each carries a directive of the scope to `key`: as it is; a time; on or off as true or false.
void carry_text(const Scope& scope, std::string_view word, std::string_view key, const Target& target);
void carry_time(const Scope& scope, std::string_view word, std::string_view key, const Target& target);
void carry_size(const Scope& scope, std::string_view word, std::string_view key, const Target& target);

/// An argument as duplexd writes texts: with $$ for a dollar sign.
std::string plain(std::string_view text);

/// Why a directive that nothing else has taken is not carried.
std::string_view reason_against(const Setting& setting);

}  // namespace duplexd::importing::nginx
