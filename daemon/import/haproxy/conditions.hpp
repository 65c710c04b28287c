#pragma once

#include "core/net/address/parsed.hpp"
#include "daemon/import/haproxy/reading/sections.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace duplexd::importing::haproxy {

/// What an acl asks for.
enum class Asks { sni, alpn, source, port, tls, unknown };

struct Acl {
  Asks asks = Asks::unknown;
  std::vector<std::string> values{};  ///< as duplexd writes them
  std::string why{};                  ///< it is unknown
  std::vector<const Setting*> from{};
  bool negated = false;
  bool is_load = false;  ///< it is unknown, and asks how much comes
};

/// "if a b or !c": one of the lists has to hold, with all of its acls.
using Condition = std::vector<std::vector<Acl>>;

/// The words of an acl behind its name: "req.ssl_sni -i www.example.com".
Acl acl_of(std::span<const std::string> words);

/// The condition in `words`, which begin with "if" or "unless". An error says why it cannot be carried.
Parsed<Condition> condition_of(std::span<const std::string> words, const Section& section);

}  // namespace duplexd::importing::haproxy
