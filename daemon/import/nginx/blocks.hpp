#pragma once

#include "core/config/system.hpp"
#include "core/net/address/parsed.hpp"
#include "daemon/import/draft/ledger.hpp"
#include "daemon/import/values/scope.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace duplexd::importing::nginx {

/// A directive with its block, if it has one. What is inside is in the ledger, too.
struct Block {
  Setting head{};
  std::vector<Block> inside{};
  bool has_block = false;

  std::string_view word() const { return head.key; }
  std::vector<const Block*> all(std::string_view name) const;
};

/// The directives of a file as the inside of one block, with included files in their places. An error is
/// "nginx.conf:3: ...".
Parsed<Block> blocks_of(const std::string& name, std::string_view text, const System& system, Ledger& ledger);

/// The head and all that is inside.
std::vector<SettingId> ids_of(const Block& block);

/// `outer` and the directives of the block without blocks of their own.
Scope scope_of(const Block& block, const Scope& outer);

}  // namespace duplexd::importing::nginx
