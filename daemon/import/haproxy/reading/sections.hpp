#pragma once

#include "core/net/address/parsed.hpp"
#include "daemon/import/draft/ledger.hpp"
#include "daemon/import/values/scope.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace duplexd::importing::haproxy {

/// A section of haproxy.cfg: a proxy, global, or any other.
struct Section {
  Setting head{};  ///< "frontend" with {"web"}
  Scope own{};     ///< what is written in it
  Scope all{};     ///< with the defaults that it starts from
  std::string_view kind() const { return head.key; }
  std::string_view name() const { return head.arg(0); }
  bool is_proxy() const { return kind() == "frontend" || kind() == "backend" || kind() == "listen"; }
  /// Whether its head is a setting by itself: global and defaults are only what is in them.
  bool is_counted() const { return kind() != "global" && kind() != "defaults" && kind() != "resolvers"; }
  bool listens() const { return kind() != "backend"; }
  bool speaks_http() const;
};

/// The sections of a file, with defaults filled in. Every setting is in the ledger. Words that decide which
/// lines are read (.if) are refused there, with what is inside of them.
Parsed<std::vector<Section>> sections_of(const std::string& name, std::string_view text, Ledger& ledger);

/// The section's own settings and its head.
std::vector<SettingId> ids_of(const Section& section);

}  // namespace duplexd::importing::haproxy
