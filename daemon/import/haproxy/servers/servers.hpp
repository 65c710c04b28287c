#pragma once

#include "daemon/import/draft/draft.hpp"
#include "daemon/import/haproxy/reading/sections.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace duplexd::importing::haproxy {

/// A server or server-template line, with the default-server lines before it.
struct Server {
  const Setting* line;
  Scope options;
};

std::vector<Server> servers_of(const Section& section);

/// The servers of an upstream, or some of them. Their options are alike in duplexd. Settings that are
/// returned live as long as this does.
class Servers {
 public:
  Servers(std::vector<Server> servers, Target upstream)
      : servers_(std::move(servers)), upstream_(std::move(upstream)) {}

  const Target& upstream() const { return upstream_; }
  const std::vector<Server>& all() const { return servers_; }
  Servers checked() const;
  /// Those that are no backups.
  Servers actives() const;

  /// Whether one of them has the option.
  bool has(std::string_view option) const;
  /// What all have. Null: not all have the option, and then it is refused. What one has otherwise than the
  /// first is refused.
  const Setting* alike(std::string_view option) const;
  /// The same for an option that does no harm to those that lack it. Null: none has the option.
  const Setting* shared(std::string_view option) const;
  /// The setting by which no server's certificate is looked at: `by_default` for those that say nothing.
  /// Null: some are, and then no other setting may spare one.
  const Setting* unverified(const Setting* by_default) const;

  /// Carries an option that all have to `key`, a time, a number or a text as it is.
  void carry_time(std::string_view option, std::string_view key) const;
  void carry_text(std::string_view option, std::string_view key) const;

 private:
  std::vector<const Setting*> each(std::string_view option) const;
  const Setting* first_of(const std::vector<const Setting*>& own) const;

  std::vector<Server> servers_;
  Target upstream_;
};

/// Carries the addresses and what each endpoint has of its own. Servers that speak TLS or send PROXY headers
/// otherwise than the first are refused, and left out of what is returned.
Servers carry_endpoints(const Section& section, const Target& upstream);

}  // namespace duplexd::importing::haproxy
