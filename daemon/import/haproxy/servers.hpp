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

/// The servers of an upstream. Their options are alike in duplexd: what one has otherwise than the first that
/// has it is refused.
class Servers {
 public:
  Servers(std::vector<Server> servers, Target upstream)
      : servers_(std::move(servers)), upstream_(std::move(upstream)) {}

  const Target& upstream() const { return upstream_; }
  const std::vector<Server>& all() const { return servers_; }
  /// Null: none has the option.
  const Setting* alike(std::string_view option) const;
  /// Carries the option to `key`, a time, a number or a text as it is.
  void carry_time(std::string_view option, std::string_view key) const;
  void carry_text(std::string_view option, std::string_view key) const;
  /// Says that the option needs no key.
  void carry(std::string_view option) const;

 private:
  std::vector<Server> servers_;
  Target upstream_;
};

/// Carries the addresses and what each endpoint has of its own. Servers that speak TLS or send PROXY headers
/// otherwise than the first are refused, and left out of what is returned.
Servers carry_endpoints(const Section& section, const Target& upstream);

}  // namespace duplexd::importing::haproxy
