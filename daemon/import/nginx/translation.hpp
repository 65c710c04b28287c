#pragma once

#include "daemon/import/draft/draft.hpp"
#include "daemon/import/nginx/blocks.hpp"

#include <chrono>
#include <cstddef>
#include <map>
#include <optional>
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
/// `upstream` is the name of the block that proxy_pass names, "": it names none.
void carry_proxy(const Scope& server, const std::string& upstream, const Target& target);

void carry_server(const Block& server, Stream& stream);
/// What goes to a syslog server; nothing else does.
void carry_log(const Scope& scope, const Target& process);
using Listens = std::vector<const Setting*>;  ///< those of one listener, alike in what is of it as a whole
void carry_listens(const Scope& scope, const Listens& listens, const Target& listener);
/// Leaves the listener out if it goes by addresses of clients, and nginx takes them from elsewhere than
/// duplexd would. After carry_pass().
void check_trust(const Scope& scope, const Listens& listens, const Target& listener);
/// After carry_pass(): some go by how many servers there are.
void carry_times(const Scope& scope, const Listens& listens, const Target& listener);
/// Those that its clients may be led to.
std::vector<const Node*> upstreams_behind(const Target& listener);
/// Leaves the listener out where clients would be served without TLS, or by less proof, than `listen` says.
void carry_tls(const Scope& scope, const Setting& listen, const Target& listener);
/// A line of a map or geo: what the client has to be, and how much that counts beside others.
struct Choice {
  const Setting* line;
  std::string value;  ///< as routes have it
  std::size_t rank = 0;
};
struct Choices {
  std::vector<Choice> all{};  ///< the first that fits a client decides, as in routes
  const Setting* otherwise = nullptr;
};
/// What cannot be a route is refused.
Choices choices_of(const Variable& variable, const Target& listener);

/// Carries proxy_pass, to an upstream or by routes. False: nothing is left to serve.
bool carry_pass(const Scope& scope, const Target& listener, Stream& stream);
/// Makes endpoints with weights of split_clients; "": it is refused.
std::string carry_shares(const Block& shares, const Setting& line, const Scope& server, Stream& stream);
/// Leaves the listener out where its rules are for clients that duplexd has none for.
void carry_rules(const Scope& scope, const Listens& listens, const Target& listener);

// Each carries a directive of the scope to `key`: as it is; a time; on or off as true or false.
void carry_text(const Scope& scope, std::string_view word, std::string_view key, const Target& target);
/// As carry_text() for the name of a file.
void carry_file(const Scope& scope, std::string_view word, std::string_view key, const Target& target);
void carry_time(const Scope& scope, std::string_view word, std::string_view key, const Target& target);
void carry_size(const Scope& scope, std::string_view word, std::string_view key, const Target& target);

bool has(const Setting& line, std::string_view word);
bool is_on(const Setting* setting);
/// None: it is refused.
std::optional<std::chrono::milliseconds> time_in(const Setting& setting, const Target& target);

/// Whether the setting has the whole name of a file; it is refused otherwise.
bool is_file(const Setting& setting, const Target& target);

/// An argument as duplexd writes texts: with $$ for a dollar sign.
std::string plain(std::string_view text);

/// Why a directive that nothing else has taken is not carried.
std::string_view reason_against(const Setting& setting);

}  // namespace duplexd::importing::nginx
